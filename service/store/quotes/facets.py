"""Facets: counts of a list's quotes by speaker, source, month, kind, and by gender, role and kind of speaker.

Only the newest quotes are counted, so that the work is bounded; a longer list is marked as not complete.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cache, partial
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, bindparam, false, func, select, true

from service.store.database.bound_values import bind_values, is_listed
from service.store.database.keys import EPOCH, TIE_BITS, place_of
from service.store.database.tables import articles, quotes, speakers
from service.store.quotes.conditions import BOUNDS, NARROWING, read_terms
from service.store.quotes.read import find_newest, narrow, write_search
from service.store.records import FacetName, Facets, FacetValue, QuoteCount, QuoteFilter
from service.store.speakers.co_speakers import find_by_keys
from service.store.speakers.write import find_roots

# Read anew for every answer: at a million quotes in some tens of milliseconds.
COUNTED_QUOTES = 5_000
COUNTED_IN_LISTS = 100_000
LISTED_VALUES = 20
LISTED_MONTHS = 120
SECONDS_OF_A_DAY = 86_400

COLUMNS = (quotes.c.key, quotes.c.speaker_id, quotes.c.source_name, quotes.c.kind, quotes.c.undated)
# Which no index has.
PORTRAITS = (quotes.c.gender, quotes.c.role_name)
PORTRAYED: frozenset[FacetName] = frozenset(("gender", "role"))
Counts = Sequence[tuple[str | None, int]]
NAMES_OF_SPEAKERS = select(speakers.c.id, speakers.c.name).where(
    speakers.c.id.in_(bindparam("ids", expanding=True))
)


def count_facets(connection: Connection, wanted: QuoteFilter, names: Sequence[FacetName]) -> Facets:
    """Count the quotes that a filter finds.  Raises InvalidQuery."""
    wanted = replace(wanted, order=None)
    select_rows = partial(select_counted, portrayed=not PORTRAYED.isdisjoint(names))
    rows = find_newest(connection, wanted, read_terms(wanted), select_rows, COUNTED_QUOTES + 1)
    complete = len(rows) <= COUNTED_QUOTES
    held = [row for row in rows[:COUNTED_QUOTES] if row.holds]
    return Facets(len(held), complete, {name: count_values(connection, name, held) for name in names})


def count_quotes(connection: Connection, wanted: QuoteFilter) -> QuoteCount:
    """Count the quotes that a filter finds, as far as a bounded look at the newest goes."""
    wanted = replace(wanted, order=None)
    rows = find_newest(connection, wanted, read_terms(wanted), select_held, COUNTED_IN_LISTS + 1)
    held = sum(row.holds for row in rows[:COUNTED_IN_LISTS])
    return QuoteCount(held, complete=len(rows) <= COUNTED_IN_LISTS)


@cache
def select_counted(database: str, conditions: frozenset[str], *, portrayed: bool) -> Select[Any]:
    """Select what facets count of the newest candidates."""
    return select_candidates(database, conditions, (*COLUMNS, *PORTRAITS) if portrayed else COLUMNS)


@cache
def select_held(database: str, conditions: frozenset[str]) -> Select[Any]:
    return select_candidates(database, conditions, COLUMNS[:1])


def select_candidates(
    database: str, conditions: frozenset[str], columns: Iterable[ColumnElement[Any]]
) -> Select[Any]:
    """Select the newest candidates, and for each whether it matches the filters.

    Conditions without an index are checked on these only: in a large store the few that match are far apart.
    """
    rows, clauses = write_search(database, conditions)
    indexed = NARROWING | BOUNDS
    if NARROWING.isdisjoint(conditions):
        indexed |= {"source", "sources"}
    looked_up = conditions if "rare" in conditions else conditions & indexed
    held = [clauses[name] for name in sorted(conditions - looked_up)]
    # What is compared may be null, of which no condition holds.
    holds = func.coalesce(and_(true(), *held), false())
    statement = select(*columns, holds.label("holds")).select_from(rows)
    return narrow(statement, looked_up, clauses)


def count_values(connection: Connection, name: FacetName, rows: Sequence[Row[Any]]) -> tuple[FacetValue, ...]:
    """Count the values that most quotes have, in the order of COLUMNS; months from the newest."""
    if name == "month":
        return count_months(rows)
    if name in ("gender", "role", "speaker_kind"):
        counts = find_most(Counter(list_traits(connection, name, rows)))
        return tuple(FacetValue(value, value, number) for value, number in counts)
    place = ("month", "speaker", "source", "kind").index(name)
    number = Counter(row[place] for row in rows)
    if name == "speaker":
        number = count_by_speaker(connection, rows)
    counts = find_most(number)
    if name == "kind":
        return tuple(FacetValue(kind, kind, number) for kind, number in counts)
    find = find_speaker_names if name == "speaker" else find_source_names
    return name_values(counts, find(connection, [value for value, _ in counts if value is not None]))


def list_traits(connection: Connection, name: FacetName, rows: Sequence[Row[Any]]) -> Iterable[str | None]:
    """The role, gender or kind of each quote's speaker."""
    if name == "role":
        return (row.role_name for row in rows)
    ids = {row.speaker_id for row in rows if row.speaker_id is not None}
    database = connection.dialect.name
    found = connection.execute(select_traits(database), bind_values(database, sorted(ids)))
    known = {row.id: row for row in found}
    if name == "speaker_kind":
        return (known[row.speaker_id].kind if row.speaker_id else None for row in rows)
    return ((row.speaker_id and known[row.speaker_id].gender) or row.gender for row in rows)


@cache
def select_traits(database: str) -> Select[Any]:
    root = speakers.alias("root")
    kept = (func.coalesce(root.c[name], speakers.c[name]).label(name) for name in ("kind", "gender"))
    rows = speakers.outerjoin(root, root.c.id == speakers.c.root_id)
    return select(speakers.c.id, *kept).select_from(rows).where(is_listed(database, speakers.c.id))


def count_by_speaker(connection: Connection, rows: Sequence[Row[Any]]) -> Counter[str | None]:
    """Count quotes for all who speak them, after merges."""
    own: dict[int, str | None] = {row.key: row.speaker_id for row in rows}
    roots = find_roots(connection, {one for one in own.values() if one is not None})
    if roots:
        own = {key: roots.get(one, one) if one else None for key, one in own.items()}
    together = find_by_keys(connection, list(own))
    others = ({one.id for one in found} - {own[key]} for key, found in together.items())
    return Counter(own.values()) + Counter(speaker_id for ids in others for speaker_id in ids)


def count_months(rows: Sequence[Row[Any]]) -> tuple[FacetValue, ...]:
    """Count quotes by month, from the newest; last come those without a date."""
    dated = (row.key for row in rows if not row.undated)
    months = sorted(find_months(dated).items(), reverse=True)
    counted = [FacetValue(month, month, number) for month, number in months[:LISTED_MONTHS]]
    undated = sum(row.undated for row in rows)
    return (*counted, FacetValue(None, None, undated)) if undated else tuple(counted)


def find_months(keys: Iterable[int]) -> Counter[str]:
    days = Counter((place_of(key) >> TIE_BITS) // SECONDS_OF_A_DAY for key in keys)
    months: Counter[str] = Counter()
    for day, number in days.items():
        months[(EPOCH + timedelta(days=day)).isoformat()[:7]] += number
    return months


def find_most(counts: Mapping[str | None, int]) -> Counts:
    """Find the most frequent values; equally frequent ones in alphabetical order."""
    return sorted(counts.items(), key=lambda item: (-item[1], item[0] or ""))[:LISTED_VALUES]


def name_values(counts: Counts, names: Mapping[str, str]) -> tuple[FacetValue, ...]:
    return tuple(
        FacetValue(value, None if value is None else names.get(value, value), number)
        for value, number in counts
    )


def find_speaker_names(connection: Connection, ids: Sequence[str]) -> dict[str, str]:
    return {row.id: row.name for row in connection.execute(NAMES_OF_SPEAKERS, {"ids": ids})}


def find_source_names(connection: Connection, sources: Sequence[str]) -> dict[str, str]:
    """Spell each source as its newest article does."""
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
