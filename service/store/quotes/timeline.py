"""Timelines: a speaker's direct and mixed quotes by month and source."""

from collections import Counter, defaultdict
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Text,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    not_,
    null,
    or_,
    select,
)

from service.store.database.bound_values import bind_values, is_listed
from service.store.database.keys import FIRST_DIRECT_KEY, TIE_BITS, first_key_at, last_key_at
from service.store.database.tables import co_speakers, quotes
from service.store.quotes.facets import find_most, find_source_names, name_values
from service.store.quotes.read import write_bounds
from service.store.records import FacetValue, MonthRecord, SpeakerReference, Timeline
from service.store.speakers.write import find_members, find_speakers
from service.store.text.folding import is_storable

# One walk along the index of speakers, which has all that is counted.
COUNTED_QUOTES = 50_000
LISTED_MONTHS = 1_200


def read_timeline(
    connection: Connection, speaker_id: str, from_: datetime | None, to: datetime | None
) -> Timeline | None:
    """Count a speaker's direct and mixed quotes by month and source; None if there is no such speaker."""
    members = find_members(connection, speaker_id) if is_storable(speaker_id) else []
    if not members:
        return None
    owner = find_speakers(connection, members[:1])[members[0]]
    first = FIRST_DIRECT_KEY if from_ is None else first_key_at(from_)
    bounds = {"from_": first, "to": to and last_key_at(to)}
    values = {name: value for name, value in bounds.items() if value is not None}
    database = connection.dialect.name
    bound = {**values, **bind_values(database, members), "limit": COUNTED_QUOTES + 1}
    alone = len(members) == 1
    if alone:
        bound["speaker_id"] = owner.id
    if from_ is not None or to is not None:
        bound["dated"] = values["dated"] = True
    statements = (select_months(database, frozenset(values), together, alone) for together in (False, True))
    rows = [row for statement in statements for row in connection.execute(statement, bound)]
    of_source: Counter[str | None] = Counter()
    of_month: defaultdict[str | None, Counter[str | None]] = defaultdict(Counter)
    for month, source, number in rows:
        of_source[source] += number
        of_month[month][source] += number
    total = of_source.total()
    counts = find_most(of_source)
    sources = name_values(
        counts, find_source_names(connection, [source for source, _ in counts if source is not None])
    )
    undated = of_month.pop(None, Counter()).total()
    months = sorted(month for month in of_month if month is not None)[-LISTED_MONTHS:]
    return Timeline(
        speaker=SpeakerReference(owner.id, owner.name, owner.kind),
        quotes=total,
        complete=total <= COUNTED_QUOTES and len(of_month) <= LISTED_MONTHS,
        sources=sources,
        months=tuple(read_month(month, of_month[month], sources) for month in months),
        undated=undated,
    )


def read_month(month: str, of_source: Counter[str | None], sources: tuple[FacetValue, ...]) -> MonthRecord:
    own = (FacetValue(one.value, one.name, of_source[one.value]) for one in sources)
    return MonthRecord(month, of_source.total(), tuple(one for one in own if one.quotes))


@cache
def select_months(database: str, bounds: frozenset[str], together: bool, alone: bool) -> Select[Any]:
    """Count a speaker's newest quotes by month and source; together, those that are another's, too.

    One who is merged with nobody, alone, is looked up without a list, in the order of the index.
    """
    within = {**write_bounds(quotes.c.key), "dated": quotes.c.undated.is_(False)}
    owner = bindparam("speaker_id", type_=Text)
    spoken, speaks = (
        column == owner if alone else is_listed(database, column)
        for column in (quotes.c.speaker_id, co_speakers.c.speaker_id)
    )
    if together:
        beside = select(co_speakers.c.quote_key).where(speaks)
        spoken = and_(or_(quotes.c.speaker_id.is_(None), not_(spoken)), quotes.c.key.in_(beside))
    newest = (
        select(quotes.c.key, quotes.c.source_name, quotes.c.undated)
        .where(spoken, *(within[name] for name in sorted(bounds)))
        .order_by(quotes.c.key.desc())
        .limit(bindparam("limit"))
        .subquery()
    )
    month = write_month(database, newest.c.key, newest.c.undated).label("month")
    return select(month, newest.c.source_name, func.count()).group_by(month, newest.c.source_name)


def write_month(
    database: str, key: ColumnElement[int], undated: ColumnElement[bool]
) -> ColumnElement[str | None]:
    """The month of a key, such as 2026-03; null for a quote without a date."""
    return case((undated, null()), else_=write_month_of_key(database, key))


def write_month_of_key(database: str, key: ColumnElement[int]) -> ColumnElement[str]:
    # Constants are written out: with parameters PostgreSQL does not see that this is what it groups by.
    seconds = key.bitwise_rshift(literal_column(str(TIE_BITS)))
    if database == "sqlite":
        return func.strftime(literal_column("'%Y-%m'"), seconds, literal_column("'unixepoch'"))
    return func.to_char(func.to_timestamp(seconds), literal_column("'YYYY-MM'"))
