"""Reading quotes: one statement a page, along the keys, never an OFFSET."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Row,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    collate,
    column,
    exists,
    func,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY, TSVECTOR

from service.store.conditions import BOUNDS, find_values, read_terms
from service.store.names import has_word
from service.store.order import place_of, read_cursor, write_cursor
from service.store.query import Term
from service.store.records import (
    ArticleReference,
    Page,
    PageRequest,
    QuoteFilter,
    QuoteRecord,
    SpeakerReference,
)
from service.store.search import cut_snippet
from service.store.tables import articles, corrections, quotes, quotes_index, speakers
from service.store.wordings import write_quotation_id
from service.store.words import is_storable
from service.store.write_quotes import unpack_segments, unpack_span

OTHERS = quotes.alias("others")
COLUMNS = (
    quotes.c.key,
    quotes.c.id,
    quotes.c.text,
    quotes.c.kind,
    quotes.c.segments,
    quotes.c.speaker_id,
    speakers.c.name,
    speakers.c.kind.label("speaker_kind"),
    quotes.c.mention_start,
    quotes.c.mention_end,
    quotes.c.mention_text,
    quotes.c.cue_start,
    quotes.c.cue_end,
    quotes.c.cue_text,
    quotes.c.clause_start,
    quotes.c.clause_end,
    quotes.c.clause_text,
    quotes.c.rule,
    quotes.c.confidence,
    quotes.c.extractor_version,
    quotes.c.corrected,
    quotes.c.quotation,
    select(func.count()).where(OTHERS.c.quotation == quotes.c.quotation).scalar_subquery(),
    quotes.c.article_id,
    articles.c.title,
    articles.c.url,
    articles.c.source,
    articles.c.published_at,
)


def join_references(rows: FromClause) -> FromClause:
    rows = rows.join(articles, articles.c.id == quotes.c.article_id)
    return rows.outerjoin(speakers, speakers.c.id == quotes.c.speaker_id)


WITH_INDEX = quotes_index.join(quotes, quotes.c.key == quotes_index.c.rowid)
ONE_QUOTE: Select[Any] = (
    select(*COLUMNS).select_from(join_references(quotes)).where(quotes.c.id == bindparam("id"))
)
UPDATES: Select[Any] = (
    select(quotes.c.id, articles.c.added_at, corrections.c.corrected_at)
    .join_from(quotes, articles, articles.c.id == quotes.c.article_id)
    .outerjoin(corrections, corrections.c.quote_id == quotes.c.id)
    .where(quotes.c.id.in_(bindparam("ids", expanding=True)))
)


def get_quote(connection: Connection, quote_id: str) -> QuoteRecord | None:
    if not is_storable(quote_id):
        return None
    row = connection.execute(ONE_QUOTE, {"id": quote_id}).one_or_none()
    return None if row is None else read_quote(row, ())


def find_updates(connection: Connection, quote_ids: Sequence[str]) -> dict[str, datetime]:
    """When each quote came to be as it is."""
    rows = connection.execute(UPDATES, {"ids": quote_ids})
    return {row.id: max(row.added_at, row.corrected_at or row.added_at) for row in rows}


def list_quotes(connection: Connection, wanted: QuoteFilter, page: PageRequest) -> Page[QuoteRecord]:
    terms = read_terms(wanted)
    listing = ("quotes", wanted)
    before = None if page.cursor is None else int(read_cursor(listing, page.cursor, int)[0])
    rows = find_newest(connection, wanted, terms, select_page, page.limit + 1, before)
    shown = rows[: page.limit]
    further = write_cursor(listing, place_of(shown[-1].key)) if len(rows) > page.limit else None
    return Page(tuple(read_quote(row, terms) for row in shown), further)


def find_newest(
    connection: Connection,
    wanted: QuoteFilter,
    terms: tuple[Term, ...],
    write: Callable[[str, frozenset[str]], Select[Any]],
    limit: int,
    before: int | None = None,
) -> list[Row[Any]]:
    """The rows that a statement finds, newest first: what is told stands among what is spoken.

    `write` gives the statement for a database and the names of conditions; the key is its first column.
    """
    rows: list[Row[Any]] = []
    for values in find_values(connection, wanted, terms, before):
        statement = write(connection.dialect.name, frozenset(values))
        rows += connection.execute(statement, {**values, "limit": limit}).all()
    if wanted.kind == "any":
        rows.sort(key=lambda row: place_of(row[0]), reverse=True)
    return rows[:limit]


@cache
def select_page(database: str, conditions: frozenset[str]) -> Select[Any]:
    """The statement for a page under these conditions, newest first."""
    rows, clauses = write_search(database, conditions)
    statement = select(*COLUMNS).select_from(join_references(rows))
    return narrow(statement, conditions, clauses)


def write_search(
    database: str, conditions: frozenset[str]
) -> tuple[FromClause, dict[str, ColumnElement[bool]]]:
    """What a search looks at, and its conditions by their names."""
    by_index = database == "sqlite" and "match" in conditions
    key: ColumnElement[Any] = quotes_index.c.rowid if by_index else quotes.c.key
    clauses = {**write_clauses(key), "key": key}
    if by_index:
        clauses |= write_index_clauses(key, conditions)
    clauses |= {name: has_word(quotes.c.speaker_id, name) for name in conditions if name.startswith("broad_")}
    return (WITH_INDEX if by_index else quotes), clauses


def narrow(
    statement: Select[Any], conditions: frozenset[str], clauses: dict[str, ColumnElement[bool]]
) -> Select[Any]:
    """The newest rows for which the conditions hold."""
    key = clauses["key"]
    # Of what is rare an expression, or the walk along the keys would be chosen for their bounds and order.
    place = key + 0 if "rare" in conditions else key
    clauses = clauses | write_bounds(place)
    statement = statement.where(*(clauses[name] for name in sorted(conditions)))
    if "latest_of" in conditions:
        statement = statement.where(key.in_(select_latest(conditions & BOUNDS)))
    return statement.order_by(place.desc()).limit(bindparam("limit"))


def write_clauses(key: ColumnElement[Any]) -> dict[str, ColumnElement[bool]]:
    """The conditions by the names that `describe_filter` and `describe_search` give their values."""
    search: ColumnElement[Any] = column("search", TSVECTOR, _selectable=quotes)
    return {
        "article": quotes.c.article_id == bindparam("article"),
        "speaker_id": quotes.c.speaker_id == bindparam("speaker_id"),
        "one_speaker": quotes.c.speaker_id == bindparam("one_speaker"),
        "speakers": quotes.c.speaker_id == func.any(bindparam("speakers", type_=ARRAY(Text))),
        "kind": quotes.c.kind == bindparam("kind"),
        "source": quotes.c.source_name == bindparam("source"),
        "min_confidence": quotes.c.confidence >= bindparam("min_confidence"),
        "unique": ~exists().where(OTHERS.c.quotation == quotes.c.quotation, OTHERS.c.key < quotes.c.key),
        **write_bounds(key),
        "match": search.bool_op("@@")(cast(bindparam("match"), TSQUERY)),
        "rare": true(),
        "latest_of": true(),
    }


def select_latest(bounds: frozenset[str]) -> Select[Any]:
    """The keys of a page's worth of quotes of each of many speakers, on PostgreSQL."""
    speaker = (
        func.unnest(bindparam("latest_of", type_=ARRAY(Text)))
        .table_valued("id")
        .render_derived(name="speaker")
    )
    theirs = quotes.alias("theirs")
    within = write_bounds(theirs.c.key)
    latest = (
        select(theirs.c.key)
        .where(theirs.c.speaker_id == collate(speaker.c.id, "C"), *(within[name] for name in sorted(bounds)))
        .order_by(theirs.c.key.desc())
        .limit(bindparam("limit"))
        .lateral()
    )
    return select(latest.c.key).select_from(speaker.join(latest, true()))


def write_bounds(key: ColumnElement[Any]) -> dict[str, ColumnElement[bool]]:
    return {
        "from_": key >= bindparam("from_"),
        "to": key <= bindparam("to"),
        "before": key < bindparam("before"),
    }


def write_index_clauses(
    key: ColumnElement[Any], conditions: frozenset[str]
) -> dict[str, ColumnElement[bool]]:
    """What SQLite's full-text index answers: it has the speaker's id, an article's keys are neighbours."""
    own = quotes.c.article_id == bindparam("article")
    bounds = write_bounds(quotes.c.key)
    within = (own, *(bounds[name] for name in sorted(conditions & {"from_", "to"})))
    first, last = (select(end(quotes.c.key)).where(*within).scalar_subquery() for end in (func.min, func.max))
    return {
        "article": and_(key.between(first, last), own),
        "speaker_id": true(),
        "match": quotes_index.c.quotes_index.bool_op("MATCH")(bindparam("match")),
    }


def read_quote(row: Row[Any], terms: tuple[Term, ...]) -> QuoteRecord:
    # In the order of COLUMNS: by its name each would take longer than all the rest of this.
    _, quote_id, text, kind, segments, speaker_id, name, speaker_kind, *others = tuple(row)
    *spans, rule, confidence, version, corrected, quotation, number, article_id = others[:-4]
    title, url, source, published_at = others[-4:]
    return QuoteRecord(
        id=quote_id,
        text=text,
        kind=kind,
        segments=unpack_segments(segments, text),
        speaker=SpeakerReference(speaker_id, name, speaker_kind) if speaker_id else None,
        mention=unpack_span(*spans[:3]),
        cue=unpack_span(*spans[3:6]),
        rule=rule,
        confidence=confidence,
        clause=unpack_span(*spans[6:]),
        extractor_version=version,
        corrected=corrected,
        # What is told has its own key there, below those of all quotations.
        quotation=write_quotation_id(quotation) if quotation >= 0 else None,
        occurrences=number,
        article=ArticleReference(article_id, title, url, source, published_at),
        snippet=cut_snippet(text, terms) if terms else None,
    )
