"""Reading quotes: one statement a page, along the keys, never an OFFSET."""

from collections.abc import Sequence
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
    text,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY, TSVECTOR

from service.store.names import find_few_ids, find_name_words, find_speaker_ids, has_word
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
from service.store.search import cut_snippet, express_for_postgresql, express_for_sqlite, mark_speaker_id
from service.store.tables import articles, corrections, quote_counts, quotes, quotes_index, speakers
from service.store.wordings import write_quotation_id
from service.store.words import is_storable, normalise_source
from service.store.write_quotes import unpack_segments, unpack_span
from service.store.write_speakers import find_roots, find_speakers

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


# Fewer quotes than this are looked up and sorted; more stand close enough in a list to be met along it.
FEW_QUOTES = 5_000
# The same for quotes of one speaker or several, which are each read to look for words.
FEW_OF_SPEAKERS = 1_000
# The same for words, where a look-up is one of the full-text index.
FEW_MATCHES = 4_000
ESTIMATE = text("EXPLAIN (FORMAT JSON) SELECT FROM quotes WHERE search @@ CAST(:match AS tsquery)")
CONFIDENT = select(quotes.c.key).where(quotes.c.confidence >= bindparam("min_confidence"))
COUNT_CONFIDENT = select(func.count()).select_from(CONFIDENT.limit(FEW_QUOTES + 1).subquery())
OF_KIND = (
    select(quote_counts.c.kind)
    .where(quote_counts.c.kind == bindparam("kind"), quote_counts.c.quotes > 0)
    .limit(1)
)
# With none of these a search is a walk along the keys, which is long where what is looked for is rare.
NARROWING = frozenset(("article", "speaker_id", "one_speaker", "speakers", "latest_of", "match"))
# What the index of a speaker's quotes answers beside the speaker.
BOUNDS = frozenset(("from_", "to", "before"))


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
    before = None
    if page.cursor is not None:
        (before,) = read_cursor(listing, page.cursor, int)
    values = find_values(connection, wanted, terms, before)
    if values is None:
        return Page((), None)
    statement = select_page(connection.dialect.name, frozenset(values))
    rows = connection.execute(statement, {**values, "limit": page.limit + 1}).all()
    shown = rows[: page.limit]
    further = write_cursor(listing, shown[-1].key) if len(rows) > page.limit else None
    return Page(tuple(read_quote(row, terms) for row in shown), further)


def read_terms(wanted: QuoteFilter) -> tuple[Term, ...]:
    return () if wanted.q is None else parse_query(wanted.q)


def find_values(
    connection: Connection, wanted: QuoteFilter, terms: tuple[Term, ...], before: int | str | None = None
) -> dict[str, Any] | None:
    """The values of a search by the names of its conditions; None when nothing can be found."""
    name = () if wanted.speaker is None else tuple(dict.fromkeys(parse_name(wanted.speaker, "speaker")))
    values = describe_filter(wanted)
    if before is not None:
        values["before"] = before
    if not all(is_storable(value) for value in values.values() if isinstance(value, str)):
        return None
    if wanted.speaker_id is not None:
        values["speaker_id"] = find_owner(connection, wanted.speaker_id)
    found = describe_search(connection, values, terms, name)
    return None if found is None else values | found


def find_owner(connection: Connection, speaker_id: str) -> str:
    """Who has the quotes of a speaker: another, if they were merged."""
    owner = find_roots(connection, find_speakers(connection, [speaker_id])).get(speaker_id)
    return speaker_id if owner is None else owner.id


def describe_filter(wanted: QuoteFilter) -> dict[str, Any]:
    """The values of the conditions that are asked for, by the names that `select_page` knows."""
    values: dict[str, Any] = {
        "article": wanted.article,
        "speaker_id": wanted.speaker_id,
        "kind": wanted.kind,
        "source": normalise_source(wanted.source),
        "min_confidence": wanted.min_confidence,
        "unique": wanted.unique or None,
        "from_": wanted.from_ and first_key_at(wanted.from_),
        "to": wanted.to and last_key_at(wanted.to),
    }
    return {field: value for field, value in values.items() if value is not None}


def describe_search(
    connection: Connection, values: dict[str, Any], terms: tuple[Term, ...], name: tuple[str, ...]
) -> dict[str, Any] | None:
    """The same for words and names, as the database looks them up best; None when nothing can be found."""
    if connection.dialect.name == "sqlite":
        found = describe_for_sqlite(connection, values, terms, name)
    else:
        found = describe_for_postgresql(connection, values, terms, name)
    if found is None or not NARROWING.isdisjoint(values | found):
        return found
    if "kind" in values and connection.execute(OF_KIND, {"kind": values["kind"]}).first() is None:
        return None
    least = values.get("min_confidence")
    if least is not None:
        number = connection.execute(COUNT_CONFIDENT, {"min_confidence": least}).scalar_one()
        found |= {"rare": True} if number <= FEW_QUOTES else {}
    return found


def describe_for_sqlite(
    connection: Connection, values: dict[str, Any], terms: tuple[Term, ...], name: tuple[str, ...]
) -> dict[str, Any] | None:
    """All by the full-text index, which has the ids of speakers and the words of their names.

    Save one speaker alone, and beginnings that most names have.
    """
    found: dict[str, Any] = {}
    either: list[tuple[str, ...]] = []
    ids = find_few_ids(connection, name) if name else None
    if ids is not None and len(ids) == 1 and not terms:
        return {"one_speaker": ids[0]}
    if ids is not None:
        either = [tuple(mark_speaker_id(speaker_id) for speaker_id in ids)]
    else:
        words = find_name_words(connection, name)
        either = [words for words in words.values() if words is not None]
        broad = [beginning for beginning, words in words.items() if words is None]
        found = {f"broad_{place}": beginning for place, beginning in enumerate(broad)}
    if () in either:
        return None
    if terms or either:
        found["match"] = express_for_sqlite(terms, either, values.get("speaker_id"))
    return found


def describe_for_postgresql(
    connection: Connection, values: dict[str, Any], terms: tuple[Term, ...], name: tuple[str, ...]
) -> dict[str, Any] | None:
    """Words by the full-text index, whose matches are in no order; speakers by their ids, unless too many."""
    found: dict[str, Any] = {"match": express_for_postgresql(terms)} if terms else {}
    if name:
        ids = find_speaker_ids(connection, name)
        if ids == {}:
            return None
        if ids is None:
            return found | {f"broad_{place}": beginning for place, beginning in enumerate(name)}
        if len(ids) > 1 and not terms and values.keys() <= BOUNDS:
            return {"latest_of": list(ids), "rare": True}
        found |= {"one_speaker": next(iter(ids))} if len(ids) == 1 else {"speakers": list(ids)}
        if sum(ids.values()) <= FEW_OF_SPEAKERS and len(found) + len(ids) > 2:
            return found | {"rare": True}
    if has_rare_phrase(connection, terms):
        found["rare"] = True
    return found


def has_rare_phrase(connection: Connection, terms: tuple[Term, ...]) -> bool:
    """Whether few quotes have all words of the terms, as PostgreSQL estimates; of phrases it has no idea."""
    wanted = [term for term in terms if not term.excluded]
    if all(len(term.words) == 1 for term in wanted):
        return False
    words = tuple(Term((word,), False, False) for term in wanted for word in term.words)
    [plan] = connection.execute(ESTIMATE, {"match": express_for_postgresql(words)}).scalar_one()
    return bool(plan["Plan"]["Plan Rows"] <= FEW_MATCHES)


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
        clauses |= write_index_clauses(key)
    clauses |= {name: has_word(quotes.c.speaker_id, name) for name in conditions if name.startswith("broad_")}
    return (WITH_INDEX if by_index else quotes), clauses


def narrow(
    statement: Select[Any], conditions: frozenset[str], clauses: dict[str, ColumnElement[bool]]
) -> Select[Any]:
    """The newest rows for which the conditions hold."""
    key = clauses["key"]
    statement = statement.where(*(clauses[name] for name in sorted(conditions)))
    if "latest_of" in conditions:
        statement = statement.where(key.in_(select_latest(conditions & BOUNDS)))
    # An expression, or the walk along the keys would be chosen for the order's sake.
    order = key + 0 if "rare" in conditions else key
    return statement.order_by(order.desc()).limit(bindparam("limit"))


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
        quotation=write_quotation_id(quotation),
        occurrences=number,
        article=ArticleReference(article_id, title, url, source, published_at),
        snippet=cut_snippet(text, terms) if terms else None,
    )
