"""Reading speakers: two statements a page, the second for their other names."""

from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Boolean, Connection, Row, Select, bindparam, select, tuple_

from service.store.merging import NAMES
from service.store.names import select_speakers
from service.store.order import read_cursor, write_cursor
from service.store.query import parse_name
from service.store.records import Page, PageRequest, SpeakerRecord
from service.store.tables import speakers
from service.store.words import is_storable

ONE_SPEAKER = select(speakers).where(speakers.c.id == bindparam("id"))


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
        after = read_cursor(listing, page.cursor, bool, str, str)
        values |= zip(("after_unnamed", "after_name", "after_id"), after, strict=True)
    statement = select_page(len(words), page.cursor is not None)
    rows = connection.execute(statement, {**values, "limit": page.limit + 1}).all()
    shown = rows[: page.limit]
    further = None
    if len(rows) > page.limit:
        further = write_cursor(listing, shown[-1].unnamed, shown[-1].sort_name, shown[-1].id)
    return Page(read_speakers(connection, shown), further)


@cache
def select_page(words: int, goes_on: bool) -> Select[Any]:
    """The statement for a page of the speakers whose names have words with so many beginnings.

    Those with a name come first.
    """
    statement = select(speakers).where(speakers.c.merged_into.is_(None))
    for place in range(words):
        statement = statement.where(speakers.c.id.in_(select_speakers(f"beginning_{place}")))
    position = (speakers.c.unnamed, speakers.c.sort_name, speakers.c.id)
    if goes_on:
        after = tuple_(
            bindparam("after_unnamed", type_=Boolean), bindparam("after_name"), bindparam("after_id")
        )
        statement = statement.where(tuple_(*position) > after)
    return statement.order_by(*position).limit(bindparam("limit"))


def read_speakers(connection: Connection, rows: Sequence[Row[Any]]) -> tuple[SpeakerRecord, ...]:
    names: defaultdict[str, list[str]] = defaultdict(list)
    for row in connection.execute(NAMES, {"ids": [row.id for row in rows]}):
        if row.name not in names[row.root]:
            names[row.root].append(row.name)
    return tuple(
        SpeakerRecord(
            id=row.id,
            name=row.name,
            kind=row.kind,
            external_id=row.external_id,
            aliases=tuple(name for name in names[row.id] if name != row.name),
            quotes=row.quote_count,
            merged_into=row.merged_into,
        )
        for row in rows
    )
