"""A speaker over time and between sources, by direct and mixed quotes alone."""

from collections import Counter, defaultdict
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, func, literal_column, select

from service.store.conditions import find_owner
from service.store.facets import find_most, find_source_names, name_values
from service.store.merging import find_speaker
from service.store.order import FIRST_SPOKEN_KEY, TIE_BITS, first_key_at, last_key_at
from service.store.read_quotes import write_bounds
from service.store.records import FacetValue, MonthRecord, SpeakerReference, Timeline
from service.store.tables import quotes

# One walk along the index of speakers, which has all that is counted.
COUNTED_QUOTES = 50_000
LISTED_MONTHS = 1_200


def read_timeline(
    connection: Connection, speaker_id: str, from_: datetime | None, to: datetime | None
) -> Timeline | None:
    """Count a speaker's direct and mixed quotes by month and source; None if there is no such speaker."""
    if find_speaker(connection, speaker_id) is None:
        return None
    owner = find_speaker(connection, find_owner(connection, speaker_id))
    assert owner is not None  # noqa: S101 - whom a merge names is there
    first = FIRST_SPOKEN_KEY if from_ is None else first_key_at(from_)
    bounds = {"from_": first, "to": to and last_key_at(to)}
    values = {name: value for name, value in bounds.items() if value is not None}
    statement = select_months(connection.dialect.name, frozenset(values))
    rows = connection.execute(
        statement, {**values, "speaker_id": owner.id, "limit": COUNTED_QUOTES + 1}
    ).all()
    of_source: Counter[str | None] = Counter()
    of_month: defaultdict[str, Counter[str | None]] = defaultdict(Counter)
    for month, source, number in rows:
        of_source[source] += number
        of_month[month][source] = number
    total = of_source.total()
    counts = find_most(of_source)
    sources = name_values(
        counts, find_source_names(connection, [source for source, _ in counts if source is not None])
    )
    months = sorted(of_month)[-LISTED_MONTHS:]
    return Timeline(
        speaker=SpeakerReference(owner.id, owner.name, owner.kind),
        quotes=total,
        complete=total <= COUNTED_QUOTES and len(of_month) <= LISTED_MONTHS,
        sources=sources,
        months=tuple(read_month(month, of_month[month], sources) for month in months),
    )


def read_month(month: str, of_source: Counter[str | None], sources: tuple[FacetValue, ...]) -> MonthRecord:
    own = (FacetValue(one.value, one.name, of_source[one.value]) for one in sources)
    return MonthRecord(month, of_source.total(), tuple(one for one in own if one.quotes))


@cache
def select_months(database: str, bounds: frozenset[str]) -> Select[Any]:
    """How many of a speaker's newest quotes are of each month and source."""
    within = write_bounds(quotes.c.key)
    newest = (
        select(quotes.c.key, quotes.c.source_name)
        .where(quotes.c.speaker_id == bindparam("speaker_id"), *(within[name] for name in sorted(bounds)))
        .order_by(quotes.c.key.desc())
        .limit(bindparam("limit"))
        .subquery()
    )
    month = write_month(database, newest.c.key).label("month")
    return select(month, newest.c.source_name, func.count()).group_by(month, newest.c.source_name)


def write_month(database: str, key: ColumnElement[int]) -> ColumnElement[str]:
    """The month of a key, such as 2026-03."""
    # Constants are written out: with parameters PostgreSQL does not see that this is what it groups by.
    seconds = key.bitwise_rshift(literal_column(str(TIE_BITS)))
    if database == "sqlite":
        return func.strftime(literal_column("'%Y-%m'"), seconds, literal_column("'unixepoch'"))
    return func.to_char(func.to_timestamp(seconds), literal_column("'YYYY-MM'"))
