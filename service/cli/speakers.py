"""`quotes speakers`: speakers for people to read, and the merge and parting of two of them."""

import sys
from collections.abc import Iterator
from itertools import islice

import click

from service.cli.export import write_pieces
from service.cli.terminal import blank_out
from service.formats.ndjson import write_ndjson
from service.store import PageRequest, SpeakerRecord, Store

READ_AT_ONCE = 200


def print_speakers(store: Store, name: str | None, *, limit: int, as_json: bool) -> None:
    """Print speakers by name, at most `limit` of them; say so if there is none."""
    found = list(islice(follow_speakers(store, name), limit))
    if as_json:
        write_pieces(write_ndjson(found), sys.stdout.buffer)
    for speaker in () if as_json else found:
        click.echo(blank_out(describe_speaker(speaker)))
    if not found:
        click.echo("no speakers found", err=True)


def follow_speakers(store: Store, name: str | None) -> Iterator[SpeakerRecord]:
    page = store.list_speakers(name, PageRequest(READ_AT_ONCE))
    yield from page.items
    while page.next_cursor is not None:
        page = store.list_speakers(name, PageRequest(READ_AT_ONCE, page.next_cursor))
        yield from page.items


def describe_speaker(speaker: SpeakerRecord) -> str:
    """Write one line: the id first, for the commands that take one."""
    merged = f", merged into {speaker.merged_into}" if speaker.merged_into else ""
    return f"{speaker.id}  {speaker.name}: {speaker.quotes} quotes, {speaker.indirect} indirect{merged}"


def print_changed(speaker: SpeakerRecord | None, speaker_id: str) -> None:
    """Print the speaker who was changed, or end with an error if there is none with this id."""
    if speaker is None:
        raise click.ClickException(f"no speaker has the id {speaker_id}")
    click.echo(blank_out(describe_speaker(speaker)))
