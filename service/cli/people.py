"""`quotes people`: the list of people you know."""

from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

import click
import orjson

from service.cli.progress import Progress
from service.files.people import NumberedPerson, UnreadablePeople, read_people
from service.ingest.entries import Refusal
from service.store import KnownPerson, PageRequest, Store

PEOPLE_AT_ONCE = 2_000
LISTED_AT_ONCE = 1_000


def load_people(store: Store, stream: BinaryIO, name: str) -> tuple[int, int]:
    """Save the people of a file, report each line that is none; return how many were saved, and not."""
    saved = failed = 0
    with Progress(None, unit=" people") as progress:
        given = iter(read_people(stream, name))
        while batch := take(given):
            # Of many lines at once: a transaction costs more than what it writes of a person.
            known = [person for _, person in batch if isinstance(person, KnownPerson)]
            for number, person in batch:
                if isinstance(person, Refusal):
                    failed += 1
                    progress.report(f"{name}:{number}: {describe_refusal(person)}")
            saved += len(store.save_people(known))
            progress.advance(len(batch))
    return saved, failed


def take(given: Iterator[NumberedPerson]) -> list[NumberedPerson]:
    try:
        return list(islice(given, PEOPLE_AT_ONCE))
    except UnreadablePeople as error:
        raise click.ClickException(str(error)) from None


def describe_refusal(refusal: Refusal) -> str:
    return "; ".join(f"{field}: {message}" if field else message for field, message in refusal.errors)


def print_people(store: Store, name: str | None, external_id: str | None) -> None:
    """Print people as NDJSON, which can be loaded again."""
    for person in stream_people(store, name, external_id):
        click.echo(orjson.dumps(person, option=orjson.OPT_UTC_Z))


def stream_people(store: Store, name: str | None, external_id: str | None) -> Iterator[KnownPerson]:
    page = store.list_people(PageRequest(LISTED_AT_ONCE), name, external_id)
    yield from page.items
    while page.next_cursor is not None:
        page = store.list_people(PageRequest(LISTED_AT_ONCE, page.next_cursor), name, external_id)
        yield from page.items
