"""How the quotes of a list are shared among speakers, sources, months and kinds.

They are counted among the newest, so that the work is bounded: exactly where the list is no longer than that,
and else honestly so.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, func, select, true

from service.store.conditions import BOUNDS, NARROWING, read_terms
from service.store.order import EPOCH, TIE_BITS, place_of
from service.store.read_quotes import find_newest, narrow, write_search
from service.store.records import FacetName, Facets, FacetValue, QuoteFilter
from service.store.tables import articles, quotes, speakers

# Read anew for every answer: at a million quotes in some tens of milliseconds.
COUNTED_QUOTES = 5_000
LISTED_VALUES = 20
LISTED_MONTHS = 120
SECONDS_OF_A_DAY = 86_400

COLUMNS = (quotes.c.key, quotes.c.speaker_id, quotes.c.source_name, quotes.c.kind)
Counts = Sequence[tuple[str | None, int]]
NAMES_OF_SPEAKERS = select(speakers.c.id, speakers.c.name).where(
    speakers.c.id.in_(bindparam("ids", expanding=True))
)


def count_facets(connection: Connection, wanted: QuoteFilter, names: Sequence[FacetName]) -> Facets:
    """Count the quotes that a filter finds.  Raises InvalidQuery."""
    rows = find_newest(connection, wanted, read_terms(wanted), select_counted, COUNTED_QUOTES + 1)
    complete = len(rows) <= COUNTED_QUOTES
    held = [tuple(row) for row in rows[:COUNTED_QUOTES] if row.holds]
    return Facets(len(held), complete, {name: count_values(connection, name, held) for name in names})


@cache
def select_counted(database: str, conditions: frozenset[str]) -> Select[Any]:
    """The newest quotes in question, and of each whether it is one that was asked for.

    What no index answers is looked at in those alone: in a large store the few it holds for are far apart.
    """
    rows, clauses = write_search(database, conditions)
    indexed = NARROWING | BOUNDS
    if NARROWING.isdisjoint(conditions):
        indexed |= {"source"}
    looked_up = conditions if "rare" in conditions else conditions & indexed
    held = [clauses[name] for name in sorted(conditions - looked_up)]
    statement = select(*COLUMNS, and_(true(), *held).label("holds")).select_from(rows)
    return narrow(statement, looked_up, clauses)


def count_values(
    connection: Connection, name: FacetName, rows: Sequence[tuple[Any, ...]]
) -> tuple[FacetValue, ...]:
    """The values that most quotes have, in the order of COLUMNS; months from the newest."""
    if name == "month":
        months = sorted(count_months(row[0] for row in rows).items(), reverse=True)
        return tuple(FacetValue(month, month, number) for month, number in months[:LISTED_MONTHS])
    place = ("month", "speaker", "source", "kind").index(name)
    counts = find_most(Counter(row[place] for row in rows))
    if name == "kind":
        return tuple(FacetValue(kind, kind, number) for kind, number in counts)
    find = find_speaker_names if name == "speaker" else find_source_names
    return name_values(counts, find(connection, [value for value, _ in counts if value is not None]))


def count_months(keys: Iterable[int]) -> Counter[str]:
    days = Counter((place_of(key) >> TIE_BITS) // SECONDS_OF_A_DAY for key in keys)
    months: Counter[str] = Counter()
    for day, number in days.items():
        months[(EPOCH + timedelta(days=day)).isoformat()[:7]] += number
    return months


def find_most(counts: Mapping[str | None, int]) -> Counts:
    """The most frequent values; those that are as frequent as others in the order of the alphabet."""
    return sorted(counts.items(), key=lambda item: (-item[1], item[0] or ""))[:LISTED_VALUES]


def name_values(counts: Counts, names: Mapping[str, str]) -> tuple[FacetValue, ...]:
    return tuple(
        FacetValue(value, None if value is None else names.get(value, value), number)
        for value, number in counts
    )


def find_speaker_names(connection: Connection, ids: Sequence[str]) -> dict[str, str]:
    return {row.id: row.name for row in connection.execute(NAMES_OF_SPEAKERS, {"ids": ids})}


def find_source_names(connection: Connection, sources: Sequence[str]) -> dict[str, str]:
    """Each source as its newest article spells it."""
    values = {f"source_{place}": source for place, source in enumerate(sources)}
    return {row.source_name: row.source for row in connection.execute(select_sources(len(sources)), values)}


@cache
def select_sources(number: int) -> Select[Any]:
    newest = [
        select(func.max(articles.c.key))
        .where(articles.c.source_name == bindparam(f"source_{place}"))
        .scalar_subquery()
        for place in range(number)
    ]
    return select(articles.c.source_name, articles.c.source).where(articles.c.key.in_(newest))
