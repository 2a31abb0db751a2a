"""Reading quotes: one statement a page, along the keys, never an OFFSET."""

from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Row,
    Select,
    and_,
    bindparam,
    cast,
    column,
    func,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR

from service.store.names import find_name_words, select_speakers
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
from service.store.write_quotes import unpack_segments, unpack_span

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
    quotes.c.extractor_version,
    quotes.c.corrected,
    quotes.c.article_id,
    articles.c.title,
    articles.c.url,
    articles.c.source,
    articles.c.published_at,
)


def join_references(rows: FromClause) -> FromClause:
    rows = rows.join(articles, articles.c.id == quotes.c.article_id)
    return rows.outerjoin(speakers, speakers.c.id == quotes.c.speaker_id)


WITH_ARTICLE = join_references(quotes)
WITH_INDEX = join_references(quotes_index.join(quotes, quotes.c.key == quotes_index.c.rowid))
ONE_QUOTE: Select[Any] = select(*COLUMNS).select_from(WITH_ARTICLE).where(quotes.c.id == bindparam("id"))


def get_quote(connection: Connection, quote_id: str) -> QuoteRecord | None:
    if not is_storable(quote_id):
        return None
    row = connection.execute(ONE_QUOTE, {"id": quote_id}).one_or_none()
    return None if row is None else read_quote(row, ())


def list_quotes(connection: Connection, wanted: QuoteFilter, page: PageRequest) -> Page[QuoteRecord]:
    terms = () if wanted.q is None else parse_query(wanted.q)
    name = () if wanted.speaker is None else parse_name(wanted.speaker, "speaker")
    values = describe_filter(wanted)
    listing = ("quotes", wanted)
    if page.cursor is not None:
        (values["before"],) = read_cursor(listing, page.cursor, int)
    if not all(is_storable(value) for value in values.values() if isinstance(value, str)):
        return Page((), None)
    words = {beginning: find_name_words(connection, beginning) for beginning in name}
    if () in words.values():
        return Page((), None)
    values |= describe_search(values, terms, words, connection.dialect.name)
    statement = select_page(connection.dialect.name, frozenset(values))
    rows = connection.execute(statement, {**values, "limit": page.limit + 1}).all()
    shown = rows[: page.limit]
    further = write_cursor(listing, shown[-1].key) if len(rows) > page.limit else None
    return Page(tuple(read_quote(row, terms) for row in shown), further)


def describe_filter(wanted: QuoteFilter) -> dict[str, Any]:
    """The values of the conditions that are asked for, by the names that `select_page` knows."""
    values: dict[str, Any] = {
        "article": wanted.article,
        "speaker_id": wanted.speaker_id,
        "kind": wanted.kind,
        "source": normalise_source(wanted.source),
        "min_confidence": wanted.min_confidence,
        "from_": wanted.from_ and first_key_at(wanted.from_),
        "to": wanted.to and last_key_at(wanted.to),
    }
    return {field: value for field, value in values.items() if value is not None}


def describe_search(
    values: dict[str, Any], terms: tuple[Term, ...], name: dict[str, tuple[str, ...] | None], database: str
) -> dict[str, Any]:
    """The same for what the full-text index answers, and for the beginnings that it is spared."""
    either = [words for words in name.values() if words is not None]
    broad = [beginning for beginning, words in name.items() if words is None]
    found: dict[str, Any] = {f"broad_{place}": beginning for place, beginning in enumerate(broad)}
    if (terms or either) and database == "sqlite":
        found["match"] = express_for_sqlite(terms, either, values.get("speaker_id"))
    elif terms or either:
        found["match"] = express_for_postgresql(terms, either)
    return found


@cache
def select_page(database: str, conditions: frozenset[str]) -> Select[Any]:
    """The statement for a page under these conditions, newest first."""
    by_index = database == "sqlite" and "match" in conditions
    key: ColumnElement[Any] = quotes_index.c.rowid if by_index else quotes.c.key
    clauses = write_clauses(key)
    if by_index:
        clauses |= write_index_clauses(key)
    # An expression, or SQLite would take all quotes of all those speakers by their index, and sort them.
    speaker = func.coalesce(quotes.c.speaker_id, "")
    broad = {name: speaker.in_(select_speakers(name)) for name in conditions if name.startswith("broad_")}
    clauses |= broad
    statement = select(*COLUMNS).select_from(WITH_INDEX if by_index else WITH_ARTICLE)
    statement = statement.where(*(clauses[name] for name in sorted(conditions)))
    return statement.order_by(key.desc()).limit(bindparam("limit"))


def write_clauses(key: ColumnElement[Any]) -> dict[str, ColumnElement[bool]]:
    """The conditions by the names that `describe_filter` and `describe_search` give their values."""
    search: ColumnElement[Any] = column("search", TSVECTOR, _selectable=quotes)
    return {
        "article": quotes.c.article_id == bindparam("article"),
        "speaker_id": quotes.c.speaker_id == bindparam("speaker_id"),
        "kind": quotes.c.kind == bindparam("kind"),
        "source": quotes.c.source_name == bindparam("source"),
        "min_confidence": quotes.c.confidence >= bindparam("min_confidence"),
        "from_": key >= bindparam("from_"),
        "to": key <= bindparam("to"),
        "before": key < bindparam("before"),
        "match": search.bool_op("@@")(cast(bindparam("match"), TSQUERY)),
    }


def write_index_clauses(key: ColumnElement[Any]) -> dict[str, ColumnElement[bool]]:
    """What SQLite's full-text index answers: it has the speaker's id, an article's keys are neighbours."""
    own = quotes.c.article_id == bindparam("article")
    first, last = (select(end(quotes.c.key)).where(own).scalar_subquery() for end in (func.min, func.max))
    return {
        "article": and_(key.between(first, last), own),
        "speaker_id": true(),
        "match": quotes_index.c.quotes_index.bool_op("MATCH")(bindparam("match")),
    }


def read_quote(row: Row[Any], terms: tuple[Term, ...]) -> QuoteRecord:
    return QuoteRecord(
        id=row.id,
        text=row.text,
        kind=row.kind,
        segments=unpack_segments(row.segments, row.text),
        speaker=SpeakerReference(row.speaker_id, row.name, row.speaker_kind) if row.speaker_id else None,
        mention=unpack_span(row.mention_start, row.mention_end, row.mention_text),
        cue=unpack_span(row.cue_start, row.cue_end, row.cue_text),
        rule=row.rule,
        confidence=row.confidence,
        extractor_version=row.extractor_version,
        corrected=row.corrected,
        article=ArticleReference(row.article_id, row.title, row.url, row.source, row.published_at),
        snippet=cut_snippet(row.text, terms) if terms else None,
    )
