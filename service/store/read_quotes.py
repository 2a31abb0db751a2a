"""Reading quotes: one statement a page, along the keys, never an OFFSET."""

from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, bindparam, cast, column, select
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR

from service.extractor import Span
from service.store.order import first_key_at, last_key_at, read_cursor, write_cursor
from service.store.query import Term, parse_name, parse_query
from service.store.records import (
    ArticleReference,
    Page,
    PageRequest,
    QuoteFilter,
    QuoteRecord,
    SpeakerReference,
)
from service.store.search import cut_snippet, express_for_postgresql, express_for_sqlite
from service.store.tables import articles, quotes, quotes_index, speakers
from service.store.words import is_storable, normalise_source

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
    quotes.c.rule,
    quotes.c.confidence,
    quotes.c.article_id,
    articles.c.title,
    articles.c.url,
    articles.c.source,
    articles.c.published_at,
)
WITH_ARTICLE = quotes.join(articles, articles.c.id == quotes.c.article_id).outerjoin(
    speakers, speakers.c.id == quotes.c.speaker_id
)
ONE_QUOTE: Select[Any] = select(*COLUMNS).select_from(WITH_ARTICLE).where(quotes.c.id == bindparam("id"))


def get_quote(connection: Connection, quote_id: str) -> QuoteRecord | None:
    if not is_storable(quote_id):
        return None
    row = connection.execute(ONE_QUOTE, {"id": quote_id}).one_or_none()
    return None if row is None else read_quote(row, ())


def list_quotes(connection: Connection, wanted: QuoteFilter, page: PageRequest) -> Page[QuoteRecord]:
    terms = () if wanted.q is None else parse_query(wanted.q)
    values = describe_filter(wanted, terms, connection.dialect.name)
    listing = ("quotes", wanted)
    if page.cursor is not None:
        (values["before"],) = read_cursor(listing, page.cursor, int)
    if not all(is_storable(value) for value in values.values() if isinstance(value, str)):
        return Page((), None)
    statement = select_page(connection.dialect.name, frozenset(values))
    rows = connection.execute(statement, {**values, "limit": page.limit + 1}).all()
    shown = rows[: page.limit]
    further = write_cursor(listing, shown[-1].key) if len(rows) > page.limit else None
    return Page(tuple(read_quote(row, terms) for row in shown), further)


def describe_filter(wanted: QuoteFilter, terms: tuple[Term, ...], database: str) -> dict[str, Any]:
    """The values of the conditions that are asked for, by the names that `select_page` knows."""
    name = () if wanted.speaker is None else parse_name(wanted.speaker, "speaker")
    values: dict[str, Any] = {
        "article": wanted.article,
        "speaker_id": wanted.speaker_id,
        "kind": wanted.kind,
        "source": normalise_source(wanted.source),
        "min_confidence": wanted.min_confidence,
        "from_": wanted.from_ and first_key_at(wanted.from_),
        "to": wanted.to and last_key_at(wanted.to),
    }
    if (terms or name) and database == "sqlite":
        values["match"] = express_for_sqlite(terms, name, values.pop("speaker_id"))
    elif terms or name:
        values["match"] = express_for_postgresql(terms, name)
    return {field: value for field, value in values.items() if value is not None}


@cache
def select_page(database: str, conditions: frozenset[str]) -> Select[Any]:
    """The statement for a page under these conditions, newest first."""
    by_index = database == "sqlite" and "match" in conditions
    key: ColumnElement[Any] = quotes_index.c.rowid if by_index else quotes.c.key
    clauses: dict[str, ColumnElement[bool]] = {
        "article": quotes.c.article_id == bindparam("article"),
        "speaker_id": quotes.c.speaker_id == bindparam("speaker_id"),
        "kind": quotes.c.kind == bindparam("kind"),
        "source": quotes.c.source_name == bindparam("source"),
        "min_confidence": quotes.c.confidence >= bindparam("min_confidence"),
        "from_": key >= bindparam("from_"),
        "to": key <= bindparam("to"),
        "before": key < bindparam("before"),
        "match": match_sqlite() if by_index else match_postgresql(),
    }
    tables = WITH_ARTICLE
    if by_index:
        tables = quotes_index.join(quotes, quotes.c.key == quotes_index.c.rowid)
        tables = tables.join(articles, articles.c.id == quotes.c.article_id)
        tables = tables.outerjoin(speakers, speakers.c.id == quotes.c.speaker_id)
    chosen = [clauses[condition] for condition in sorted(conditions)]
    statement = select(*COLUMNS).select_from(tables).where(*chosen)
    return statement.order_by(key.desc()).limit(bindparam("limit"))


def match_sqlite() -> ColumnElement[bool]:
    return quotes_index.c.quotes_index.bool_op("MATCH")(bindparam("match"))


def match_postgresql() -> ColumnElement[bool]:
    search = column("search", TSVECTOR, _selectable=quotes)
    return search.bool_op("@@")(cast(bindparam("match"), TSQUERY))


def read_quote(row: Row[Any], terms: tuple[Term, ...]) -> QuoteRecord:
    return QuoteRecord(
        id=row.id,
        text=row.text,
        kind=row.kind,
        segments=tuple(Span(start, end, *(text or [row.text])) for start, end, *text in row.segments),
        speaker=SpeakerReference(row.speaker_id, row.name, row.speaker_kind) if row.speaker_id else None,
        mention=read_span(row.mention_start, row.mention_end, row.mention_text),
        cue=read_span(row.cue_start, row.cue_end, row.cue_text),
        rule=row.rule,
        confidence=row.confidence,
        article=ArticleReference(row.article_id, row.title, row.url, row.source, row.published_at),
        snippet=cut_snippet(row.text, terms) if terms else None,
    )


def read_span(start: int | None, end: int | None, text: str | None) -> Span | None:
    return None if start is None or end is None or text is None else Span(start, end, text)
