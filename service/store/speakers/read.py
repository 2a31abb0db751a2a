"""Reads speakers: those with a name and those without are two lists, one after the other."""

from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    FromClause,
    Row,
    Select,
    bindparam,
    select,
    tuple_,
    union,
)

from service.store.database.keys import read_cursor, write_cursor
from service.store.database.tables import speaker_words, speakers
from service.store.records import Page, PageRequest, SpeakerRecord
from service.store.speakers.find_by_name import (
    SORTED_SPEAKERS,
    count_speakers,
    find_name_words,
    has_word,
    select_among,
)
from service.store.speakers.merge import NAMES
from service.store.text.folding import is_storable
from service.store.text.query import parse_name

ONE_SPEAKER = select(speakers).where(speakers.c.id == bindparam("id"))


def get_speaker(connection: Connection, speaker_id: str) -> SpeakerRecord | None:
    if not is_storable(speaker_id):
        return None
    rows = connection.execute(ONE_SPEAKER, {"id": speaker_id}).all()
    return read_speakers(connection, rows)[0] if rows else None


def list_speakers(connection: Connection, q: str | None, page: PageRequest) -> Page[SpeakerRecord]:
    words = () if q is None else parse_name(q, "q")
    listing = ("speakers", words)
    rows: list[Row[Any]] = []
    lists: tuple[bool, ...] = (False, True)
    after = None
    if page.cursor is not None:
        goes_on_in, *after = read_cursor(listing, page.cursor, bool, str, str)
        lists = lists[bool(goes_on_in) :]
    for unnamed in lists:
        rows += find_speakers(connection, words, unnamed, after, page.limit + 1 - len(rows))
        after = None
        if len(rows) > page.limit:
            break
    shown = rows[: page.limit]
    further = None
    if len(rows) > page.limit:
        further = write_cursor(listing, shown[-1].unnamed, shown[-1].sort_name, shown[-1].id)
    return Page(read_speakers(connection, shown), further)


def find_speakers(
    connection: Connection,
    words: tuple[str, ...],
    unnamed: bool,
    after: list[int | str] | None,
    limit: int,
) -> Sequence[Row[Any]]:
    """Find speakers, with a name or without one, whose names have words with these beginnings, by name."""
    values: dict[str, Any] = {"unnamed": unnamed, "limit": limit}
    if after is not None:
        values["after_name"], values["after_id"] = after
    if len(words) == 1 and (found := find_name_words(connection, words)[words[0]]) is not None:
        values |= {f"word_{place}": word for place, word in enumerate(found)}
        return (
            connection.execute(select_first_of(len(found), after is not None), values).all() if found else ()
        )
    numbers = {word: count_speakers(connection, word, unnamed) for word in words}
    if 0 in numbers.values():
        return ()
    rarest_first = sorted(numbers, key=numbers.__getitem__)
    few = bool(numbers) and numbers[rarest_first[0]] <= SORTED_SPEAKERS
    values |= {f"beginning_{place}": word for place, word in enumerate(rarest_first)}
    select_page = select_sorted if few else select_walked
    return connection.execute(select_page(len(rarest_first), after is not None), values).all()


@cache
def select_first_of(words: int, goes_on: bool) -> Select[Any]:
    """Return the statement for a page of the speakers with one of the words: a page of each, sorted.

    The words of those who are merged into another are in no list.
    """
    pages = []
    for place in range(words):
        having = select(speaker_words.c.speaker_id, speaker_words.c.sort_name).where(
            speaker_words.c.unnamed == bindparam("unnamed", type_=Boolean),
            speaker_words.c.word == bindparam(f"word_{place}"),
        )
        page = select_behind(having, speaker_words.c.sort_name, speaker_words.c.speaker_id, goes_on)
        pages.append(select(page.subquery()))
    return list_speakers_of(union(*pages).subquery())


@cache
def select_sorted(words: int, goes_on: bool) -> Select[Any]:
    """Return the statement for a page of the speakers whose names have words with all prefixes.

    Few have the first; the words of those who are merged into another are in no list.
    """
    found = select_among("beginning_0").add_columns(speaker_words.c.sort_name).distinct()
    found = found.where(
        *(has_word(speaker_words.c.speaker_id, f"beginning_{place}") for place in range(1, words))
    )
    page = select_behind(found, speaker_words.c.sort_name, speaker_words.c.speaker_id, goes_on)
    return list_speakers_of(page.subquery())


def list_speakers_of(page: FromClause) -> Select[Any]:
    """Write the statement for the first speakers among those of a subquery."""
    first = select(page).order_by(page.c.sort_name, page.c.speaker_id).limit(bindparam("limit")).subquery()
    listed = select(speakers).join_from(first, speakers, speakers.c.id == first.c.speaker_id)
    return listed.order_by(speakers.c.sort_name, speakers.c.id)


@cache
def select_walked(words: int, goes_on: bool) -> Select[Any]:
    """The same for beginnings that many have, or for all speakers: reads the list in order, checks each."""
    listed = select(speakers).where(speakers.c.unnamed == bindparam("unnamed", type_=Boolean))
    listed = listed.where(*(has_word(speakers.c.id, f"beginning_{place}") for place in range(words)))
    listed = listed.where(speakers.c.merged_into.is_(None))
    return select_behind(listed, speakers.c.sort_name, speakers.c.id, goes_on)


def select_behind(
    statement: Select[Any], name: ColumnElement[str], identity: ColumnElement[str], goes_on: bool
) -> Select[Any]:
    if goes_on:
        after = tuple_(bindparam("after_name"), bindparam("after_id"))
        statement = statement.where(tuple_(name, identity) > after)
    return statement.order_by(name, identity).limit(bindparam("limit"))


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
            indirect=row.indirect_count,
            merged_into=row.merged_into,
            gender=row.gender,
        )
        for row in rows
    )
