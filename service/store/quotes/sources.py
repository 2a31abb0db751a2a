"""Counts of who is quoted: quotes, words and speakers by gender, role or kind, per source, month or author.

All quotes that a filter finds are counted.  A quote of several people counts for the first of them; one that
names nobody is left out.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, get_args

from sqlalchemy import ColumnElement, Connection, FromClause, Select, case, func, literal_column, null, select

from service.extractor.model import GenderEvidence
from service.store.database.keys import FIRST_DIRECT_KEY, INDIRECT_BELOW
from service.store.database.tables import articles, quotes, speakers
from service.store.quotes.conditions import (
    describe_filter,
    describe_range,
    describe_sources,
    describe_words,
    list_ranges,
    list_sources,
    read_terms,
)
from service.store.quotes.facets import find_source_names
from service.store.quotes.read import write_search
from service.store.quotes.timeline import write_month
from service.store.records import QuoteFilter, SourceCount, SourceCounts, SourceGroup, SourceSpan
from service.store.text.folding import is_storable

Group = tuple[str | None, str | None]
# The speaker before merges.
OWN = speakers.alias("own")
EVIDENCE: tuple[GenderEvidence, ...] = get_args(GenderEvidence)
# Names of sources that one statement looks up.
NAMES_AT_ONCE = 500


@dataclass(slots=True)
class Cell:
    """What is counted of a group; `speakers` are their ids, `known` those whose gender is known."""

    quotes: int = 0
    words: int = 0
    evidence: Counter[str] = field(default_factory=Counter)
    speakers: set[str] = field(default_factory=set)
    known: set[str] = field(default_factory=set)

    def add(self, other: "Cell") -> None:
        self.quotes += other.quotes
        self.words += other.words
        self.evidence += other.evidence
        self.speakers |= other.speakers
        self.known |= other.known

    def close(self, value: str | None = None, per: str | None = None) -> SourceCount:
        evidence = {name: self.evidence[name] for name in EVIDENCE}
        known = self.evidence.total()
        return SourceCount(
            value, per, self.quotes, self.words, len(self.speakers), known, len(self.known), evidence
        )


def count_sources(
    connection: Connection, wanted: QuoteFilter, by: SourceGroup, per: SourceSpan | None
) -> SourceCounts:
    """Count the quotes that a filter finds.  Raises InvalidQuery."""
    cells: dict[Group, Cell] = {}
    for values in find_stretches(connection.dialect.name, wanted):
        add_rows(cells, read_rows(connection, values, by, per))
    total = Cell()
    for cell in cells.values():
        total.add(cell)
    names = find_names(connection, cells) if per == "source" else {}
    groups = (
        cell.close(value, names.get(span or "", span))
        for (value, span), cell in sorted(cells.items(), key=rank)
    )
    return SourceCounts(total.close(), tuple(groups))


def rank(item: tuple[Group, Cell]) -> tuple[bool, str, int, bool, str]:
    """By source, month or author, those without the last; then the most quotes first."""
    (value, span), cell = item
    return span is None, span or "", -cell.quotes, value is None, value or ""


def find_stretches(database: str, wanted: QuoteFilter) -> Iterable[dict[str, Any]]:
    """The values of a count's conditions, for each range of keys that it goes over."""
    named = list_sources(wanted)
    if wanted.source is not None and not named:
        return
    values = describe_filter(wanted) | describe_sources(database, named)
    if not all(is_storable(value) for value in values.values() if isinstance(value, str)):
        return
    values |= describe_words(database, read_terms(wanted))
    for indirect in list_ranges(wanted):
        yield values | describe_range(wanted, indirect, None)


def read_rows(
    connection: Connection, values: dict[str, Any], by: SourceGroup, per: SourceSpan | None
) -> Iterable[Sequence[Any]]:
    statement = select_counts(connection.dialect.name, frozenset(values), by, per)
    return connection.execute(statement, values)


def add_rows(cells: dict[Group, Cell], rows: Iterable[Sequence[Any]]) -> None:
    for value, per, speaker_id, evidence, number, words in rows:
        cell = cells.get((value, per))
        if cell is None:
            cell = cells[value, per] = Cell()
        cell.quotes += number
        cell.words += words
        cell.speakers.add(speaker_id)
        if evidence is not None:
            cell.evidence[evidence] += number
            cell.known.add(speaker_id)


@cache
def select_counts(
    database: str, conditions: frozenset[str], by: SourceGroup, per: SourceSpan | None
) -> Select[Any]:
    """Select for each speaker, group and evidence the number of quotes and their words."""
    rows, clauses = write_search(database, conditions)
    columns: dict[str, ColumnElement[Any]] = {
        "speaker_id": quotes.c.speaker_id,
        "gender": quotes.c.gender,
        "evidence": quotes.c.gender_evidence,
    }
    if by == "role":
        columns["role"] = quotes.c.role_name
    if per is not None:
        columns["per"] = write_span(database, per)
    found = (
        select(
            *(one.label(name) for name, one in columns.items()),
            func.count().label("quotes"),
            func.sum(quotes.c.word_count).label("words"),
        )
        .select_from(rows)
        .where(quotes.c.speaker_id.is_not(None), *(clauses[name] for name in sorted(conditions)))
        .group_by(*columns.values())
        .subquery("found")
    )
    return finish_counts(found, by, per)


def write_span(database: str, per: SourceSpan) -> ColumnElement[Any]:
    """Where a quote is counted; whoever wrote an article is looked up later, once for it."""
    if per == "source":
        return quotes.c.source_name
    if per == "author":
        return quotes.c.article_id
    first: ColumnElement[int] = literal_column(str(FIRST_DIRECT_KEY))
    below: ColumnElement[int] = literal_column(str(INDIRECT_BELOW))
    place = case((quotes.c.key < first, quotes.c.key + below), else_=quotes.c.key)
    return write_month(database, place, quotes.c.undated)


def finish_counts(found: FromClause, by: SourceGroup, per: SourceSpan | None) -> Select[Any]:
    """Join what is kept with speakers, who may have a gender that a person stated, and with authors."""
    stated = func.coalesce(speakers.c.gender, OWN.c.gender)
    gender = func.coalesce(stated, found.c.gender)
    evidence = case((stated.is_not(None), "stated"), else_=found.c.evidence)
    role = found.c.role if by == "role" else null()
    value = {"gender": gender, "role": role, "kind": speakers.c.kind}[by]
    rows = found.join(OWN, OWN.c.id == found.c.speaker_id)
    rows = rows.join(speakers, speakers.c.id == func.coalesce(OWN.c.root_id, OWN.c.id))
    if per == "author":
        rows = rows.join(articles, articles.c.id == found.c.per)
    span = null() if per is None else articles.c.author if per == "author" else found.c.per
    return select(value, span, speakers.c.id, evidence, found.c.quotes, found.c.words).select_from(rows)


def find_names(connection: Connection, cells: Iterable[Group]) -> Mapping[str, str]:
    """Spell each source as its newest article does."""
    sources = sorted({per for _, per in cells if per is not None})
    parts = (sources[start : start + NAMES_AT_ONCE] for start in range(0, len(sources), NAMES_AT_ONCE))
    return {key: name for part in parts for key, name in find_source_names(connection, part).items()}
