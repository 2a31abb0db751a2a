"""Those who speak a quote together with its speaker, in their order, inside the caller's transaction.

A row is one of them: the key of the quote, the place among its co-speakers, and the speaker before merges.
Quotes say how many they have, so that only those are looked up here.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Delete, Label, Select, delete, func, not_, or_, select

from service.store.database.bound_values import bind_values, is_listed
from service.store.database.insert_rows import insert_rows
from service.store.database.keys import FIRST_DIRECT_KEY
from service.store.database.tables import co_speakers, quotes, speakers
from service.store.records import SpeakerReference

OWN = speakers.alias("own")
INDIRECT: Label[Any] = (quotes.c.key < FIRST_DIRECT_KEY).label("indirect")


class CoSpeaker(NamedTuple):
    """One of those who speak a quote together: the speaker after merges, and the id and name before them."""

    quote_key: int
    id: str
    name: str
    kind: Any
    own_id: str
    own_name: str
    own_kind: Any


def insert_co_speakers(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        insert_rows(connection, co_speakers, rows)


def find_co_speakers(connection: Connection, rows: Iterable[Any]) -> Mapping[int, list[CoSpeaker]]:
    """The co-speakers of quotes, by key; of rows that say that they have none, nothing is asked."""
    keys = [row.key for row in rows if row.co_speakers]
    return find_by_keys(connection, keys) if keys else {}


def find_by_keys(connection: Connection, keys: Sequence[int]) -> Mapping[int, list[CoSpeaker]]:
    """The co-speakers of quotes with these keys."""
    found: defaultdict[int, list[CoSpeaker]] = defaultdict(list)
    database = connection.dialect.name
    for row in connection.execute(select_co_speakers(database), bind_values(database, keys)):
        found[row.quote_key].append(CoSpeaker(*row))
    return found


@cache
def select_co_speakers(database: str) -> Select[Any]:
    wanted = (co_speakers.c.quote_key, speakers.c.id, speakers.c.name, speakers.c.kind)
    own = (OWN.c.id.label("own_id"), OWN.c.name.label("own_name"), OWN.c.kind.label("own_kind"))
    return (
        select(*wanted, *own)
        .join_from(co_speakers, OWN, OWN.c.id == co_speakers.c.speaker_id)
        .join(speakers, speakers.c.id == func.coalesce(OWN.c.root_id, OWN.c.id))
        .where(is_listed(database, co_speakers.c.quote_key))
        .order_by(co_speakers.c.quote_key, co_speakers.c.place)
    )


def refer(found: Iterable[CoSpeaker]) -> tuple[SpeakerReference, ...]:
    return tuple(SpeakerReference(one.id, one.name, one.kind) for one in found)


def remove_co_speakers(connection: Connection, keys: Collection[int]) -> None:
    if keys:
        database = connection.dialect.name
        connection.execute(delete_co_speakers(database), bind_values(database, keys))


@cache
def delete_co_speakers(database: str) -> Delete:
    return delete(co_speakers).where(is_listed(database, co_speakers.c.quote_key))


def count_together(connection: Connection, ids: Collection[str]) -> Counter[bool]:
    """How many quotes some speak beside others than themselves: those in marks, and the indirect ones."""
    return count_kinds(connection, select_together, ids)


def count_kinds(
    connection: Connection, write: Callable[[str], Select[Any]], ids: Collection[str]
) -> Counter[bool]:
    """Count for speakers by a statement that groups by whether quotes are INDIRECT."""
    database = connection.dialect.name
    rows = connection.execute(write(database), bind_values(database, ids))
    return Counter({bool(indirect): number for indirect, number in rows})


@cache
def select_together(database: str) -> Select[Any]:
    """Count quotes that one of the speakers speaks beside another: none twice, however many of them do."""
    others = or_(quotes.c.speaker_id.is_(None), not_(is_listed(database, quotes.c.speaker_id)))
    return (
        select(INDIRECT, func.count(quotes.c.key.distinct()))
        .join_from(co_speakers, quotes, quotes.c.key == co_speakers.c.quote_key)
        .where(is_listed(database, co_speakers.c.speaker_id), others)
        .group_by(INDIRECT)
    )
