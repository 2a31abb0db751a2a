"""Reading speakers: two statements a page, the second for their other names."""

from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, select, tuple_

from service.store.names import select_speakers
from service.store.order import read_cursor, write_cursor
from service.store.query import parse_name
from service.store.records import Page, PageRequest, SpeakerRecord
from service.store.tables import speaker_aliases, speakers
from service.store.words import is_storable

ONE_SPEAKER = select(speakers).where(speakers.c.id == bindparam("id"))
ALIASES = (
    select(speaker_aliases.c.speaker_id, speaker_aliases.c.name)
    .where(speaker_aliases.c.speaker_id.in_(bindparam("ids", expanding=True)))
    .order_by(speaker_aliases.c.speaker_id, speaker_aliases.c.name)
)


def get_speaker(connection: Connection, speaker_id: str) -> SpeakerRecord | None:
    if not is_storable(speaker_id):
        return None
    rows = connection.execute(ONE_SPEAKER, {"id": speaker_id}).all()
    return read_speakers(connection, rows)[0] if rows else None


def list_speakers(connection: Connection, q: str | None, page: PageRequest) -> Page[SpeakerRecord]:
    words = () if q is None else parse_name(q, "q")
    listing = ("speakers", words)
    values: dict[str, Any] = {f"beginning_{place}": word for place, word in enumerate(words)}
    if page.cursor is not None:
        values["after_name"], values["after_id"] = read_cursor(listing, page.cursor, str, str)
    statement = select_page(len(words), page.cursor is not None)
    rows = connection.execute(statement, {**values, "limit": page.limit + 1}).all()
    shown = rows[: page.limit]
    further = write_cursor(listing, shown[-1].sort_name, shown[-1].id) if len(rows) > page.limit else None
    return Page(read_speakers(connection, shown), further)


@cache
def select_page(words: int, goes_on: bool) -> Select[Any]:
    """The statement for a page of the speakers whose names have words with so many beginnings."""
    statement = select(speakers)
    for place in range(words):
        statement = statement.where(speakers.c.id.in_(select_speakers(f"beginning_{place}")))
    position = tuple_(speakers.c.sort_name, speakers.c.id)
    if goes_on:
        statement = statement.where(position > tuple_(bindparam("after_name"), bindparam("after_id")))
    return statement.order_by(speakers.c.sort_name, speakers.c.id).limit(bindparam("limit"))


def read_speakers(connection: Connection, rows: Sequence[Row[Any]]) -> tuple[SpeakerRecord, ...]:
    aliases: defaultdict[str, list[str]] = defaultdict(list)
    for speaker_id, name in connection.execute(ALIASES, {"ids": [row.id for row in rows]}):
        aliases[speaker_id].append(name)
    return tuple(
        SpeakerRecord(row.id, row.name, row.kind, tuple(aliases[row.id]), row.quote_count) for row in rows
    )
