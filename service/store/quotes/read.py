"""Reads quotes: one statement a page, along the keys, never with OFFSET."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache, partial
from itertools import chain
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
    case,
    cast,
    collate,
    column,
    exists,
    func,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY, TSVECTOR

from service.extractor.model import Gender, GenderEvidence, SpeakerKind
from service.store.database.bound_values import is_listed
from service.store.database.change_numbers import moment_of
from service.store.database.keys import END_OF_KEYS, place_of, read_cursor, write_cursor
from service.store.database.tables import articles, co_speakers, corrections, quotes, quotes_index, speakers
from service.store.quotations.wordings import write_quotation_id
from service.store.quotes.conditions import BOUNDS, find_values, read_terms
from service.store.quotes.full_text import cut_snippet
from service.store.quotes.packing import (
    PLAIN_FIELDS,
    SPAN_FIELDS,
    list_span_columns,
    unpack_candidates,
    unpack_roles,
    unpack_segments,
    unpack_span,
)
from service.store.records import (
    ArticleReference,
    Page,
    PageRequest,
    PortrayedSpeaker,
    QuoteFilter,
    QuoteRecord,
)
from service.store.speakers.co_speakers import CoSpeaker, find_co_speakers, refer
from service.store.speakers.find_by_name import has_word
from service.store.speakers.write import find_speakers
from service.store.text.folding import is_storable
from service.store.text.query import Query

OTHERS = quotes.alias("others")
# What a person stated of a speaker holds for all quotes.
GENDER = func.coalesce(speakers.c.gender, quotes.c.gender)
GENDER_EVIDENCE = case((speakers.c.gender.is_not(None), "stated"), else_=quotes.c.gender_evidence)
OCCURRENCES = select(func.count()).where(OTHERS.c.quotation == quotes.c.quotation).scalar_subquery()


# The same without a join, for conditions.
WHO = speakers.alias("who")
WHOSE = speakers.alias("whose")
WITH_ROOT = WHO.outerjoin(WHOSE, WHOSE.c.id == WHO.c.root_id)


def find_own(name: str) -> ColumnElement[Any]:
    """What is kept with the speaker of a quote, or with who has their quotes since a merge."""
    kept = func.coalesce(WHOSE.c[name], WHO.c[name])
    return select(kept).select_from(WITH_ROOT).where(WHO.c.id == quotes.c.speaker_id).scalar_subquery()


OWN_GENDER = func.coalesce(find_own("gender"), quotes.c.gender)


def build_speaker(
    speaker_id: str | None,
    name: str,
    kind: SpeakerKind,
    roles: Sequence[Any] | None,
    gender: Gender | None,
    evidence: GenderEvidence | None,
    external_id: str | None,
    own_external_id: str | None,
    candidates: Sequence[Any] | None,
) -> PortrayedSpeaker | None:
    if not speaker_id:
        return None
    known = external_id or own_external_id
    portrait = (*unpack_roles(roles), gender, evidence)
    return PortrayedSpeaker(speaker_id, name, kind, *portrait, known, unpack_candidates(candidates))


def build_quotation_id(quotation: int) -> str | None:
    """The id of a quote's group; an indirect quote has its own key there, below those of all groups."""
    return write_quotation_id(quotation) if quotation >= 0 else None


# The columns that each field of a quote is read from, and the function that makes it of several.
FIELDS: dict[str, tuple[Callable[..., Any] | None, list[ColumnElement[Any]]]] = {
    "id": (None, [quotes.c.id]),
    **{name: (None, [quotes.c[name]]) for name in PLAIN_FIELDS},
    **{name: (unpack_span, [quotes.c[one] for one in list_span_columns(name)]) for name in SPAN_FIELDS},
    "segments": (unpack_segments, [quotes.c.segments, quotes.c.text]),
    "speaker": (
        build_speaker,
        [
            quotes.c.speaker_id,
            speakers.c.name,
            speakers.c.kind.label("speaker_kind"),
            quotes.c.roles,
            GENDER,
            GENDER_EVIDENCE,
            quotes.c.external_id,
            speakers.c.external_id.label("speaker_external_id"),
            quotes.c.candidates,
        ],
    ),
    "extractor_version": (None, [quotes.c.extractor_version]),
    "corrected": (None, [quotes.c.corrected]),
    "quotation": (build_quotation_id, [quotes.c.quotation]),
    "occurrences": (None, [OCCURRENCES]),
    "added_at": (moment_of, [quotes.c.added]),
    "changed_at": (moment_of, [quotes.c.changed]),
    "article": (
        ArticleReference,
        [quotes.c.article_id, articles.c.title, articles.c.url, articles.c.source, articles.c.published_at],
    ),
}
# Each once, and the key first: a list is in its order.
COLUMNS = tuple(
    dict.fromkeys(
        [
            quotes.c.key,
            quotes.c.co_speakers,
            speakers.c.root_id,
            *(one for _, columns in FIELDS.values() for one in columns),
        ]
    )
)
PLACES = {one: place for place, one in enumerate(COLUMNS)}
ROOT = PLACES[speakers.c.root_id]
# By the names of columns reading a row would take longer than all the rest.
READERS = [(name, build, [PLACES[one] for one in columns]) for name, (build, columns) in FIELDS.items()]


def join_references(rows: FromClause) -> FromClause:
    rows = rows.join(articles, articles.c.id == quotes.c.article_id)
    return rows.outerjoin(speakers, speakers.c.id == quotes.c.speaker_id)


WITH_INDEX = quotes_index.join(quotes, quotes.c.key == quotes_index.c.rowid)
CO_SPOKEN = select(co_speakers.c.quote_key)
ONE_QUOTE: Select[Any] = (
    select(*COLUMNS).select_from(join_references(quotes)).where(quotes.c.id == bindparam("id"))
)
UPDATES: Select[Any] = (
    select(quotes.c.id, quotes.c.added, corrections.c.corrected_at)
    .outerjoin_from(quotes, corrections, corrections.c.quote_id == quotes.c.id)
    .where(quotes.c.id.in_(bindparam("ids", expanding=True)))
)


def get_quote(connection: Connection, quote_id: str) -> QuoteRecord | None:
    if not is_storable(quote_id):
        return None
    row = connection.execute(ONE_QUOTE, {"id": quote_id}).one_or_none()
    return None if row is None else read_quotes(connection, [row], ())[0]


def find_updates(connection: Connection, quote_ids: Sequence[str]) -> dict[str, datetime]:
    """Find when each quote was stored, or corrected since."""
    rows = connection.execute(UPDATES, {"ids": quote_ids})
    return {row.id: max(added := moment_of(row.added), row.corrected_at or added) for row in rows}


def list_quotes(connection: Connection, wanted: QuoteFilter, page: PageRequest) -> Page[QuoteRecord]:
    """List quotes by date, or as they were added.  Raises InvalidQuery, InvalidCursor."""
    terms = read_terms(wanted)
    listing = ("quotes", wanted)
    after = None if page.cursor is None else int(read_cursor(listing, page.cursor, int)[0])
    find = partial(find_newest, connection, wanted, terms, select_page, page.limit + 1)
    if wanted.order == "added":
        rows = find(behind=after)
    elif wanted.order == "oldest":
        # Further on are the newer ones.
        rows = find(floor=None if after is None else min(after + 1, END_OF_KEYS - 1))
    else:
        rows = find(before=after)
    shown = rows[: page.limit]
    further = write_cursor(listing, rank_row(wanted, shown[-1])) if len(rows) > page.limit else None
    return Page(read_quotes(connection, shown, terms), further)


def find_newest(
    connection: Connection,
    wanted: QuoteFilter,
    terms: Query,
    write: Callable[[str, frozenset[str]], Select[Any]],
    limit: int,
    before: int | None = None,
    floor: int | None = None,
    behind: int | None = None,
) -> list[Row[Any]]:
    """Return the rows of a statement, newest first (or oldest), from before one place down to another.

    In the order in which they were added they are those `behind` a number.
    Indirect quotes, and those of co-speakers, are among the others.

    `write` gives the statement for a database and the names of conditions; the key is its first column.
    """
    found: list[Sequence[Row[Any]]] = []
    for values in find_values(connection, wanted, terms, before, floor):
        if behind is not None:
            values["behind"] = behind
        statement = write(connection.dialect.name, frozenset(values))
        if rows := connection.execute(statement, {**values, "limit": limit}).all():
            found.append(rows)
    if len(found) < 2:
        return list(found[0]) if found else []
    by_key: dict[int, Row[Any]] = {}
    for row in chain.from_iterable(found):
        # Facets may find a quote twice, as one that holds and as one that does not.
        if row[0] not in by_key or row[-1] is True:
            by_key[row[0]] = row
    newest_first = wanted.order != "oldest"
    return sorted(by_key.values(), key=lambda row: rank_row(wanted, row), reverse=newest_first)[:limit]


def rank_row(wanted: QuoteFilter, row: Row[Any]) -> int:
    """The number by which a list is in order."""
    number: int = row.added if wanted.order == "added" else place_of(row[0])
    return number


@cache
def select_words(database: str, conditions: frozenset[str]) -> Select[Any]:
    """Select the words of the quotes of a page, as they are indexed."""
    rows, clauses = write_search(database, conditions)
    return narrow(select(quotes.c.key, quotes.c.words).select_from(rows), conditions, clauses)


@cache
def select_by_keys(database: str) -> Select[Any]:
    """Select the quotes of the keys that `bind_values` binds."""
    statement = select(*COLUMNS).select_from(join_references(quotes))
    return statement.where(is_listed(database, quotes.c.key))


@cache
def select_page(database: str, conditions: frozenset[str]) -> Select[Any]:
    """Write the statement for a page under these conditions, newest first."""
    rows, clauses = write_search(database, conditions)
    statement = select(*COLUMNS).select_from(join_references(rows))
    return narrow(statement, conditions, clauses)


def write_search(
    database: str, conditions: frozenset[str]
) -> tuple[FromClause, dict[str, ColumnElement[bool]]]:
    """Write the FROM clause of a search, and its conditions by name."""
    by_index = database == "sqlite" and "match" in conditions
    key: ColumnElement[Any] = quotes_index.c.rowid if by_index else quotes.c.key
    clauses = {**write_clauses(key), "key": key}
    if by_index:
        clauses |= write_index_clauses(key, conditions)
    clauses |= {name: has_word(quotes.c.speaker_id, name) for name in conditions if name.startswith("broad_")}
    if "sources" in conditions:
        clauses["sources"] = is_listed(database, quotes.c.source_name, "sources")
    if "listed" in conditions:
        clauses["listed"] = key.in_(CO_SPOKEN.where(is_listed(database, co_speakers.c.speaker_id)))
    if together := sorted(name for name in conditions if name.startswith("together_")):
        named = CO_SPOKEN.where(*(has_word(co_speakers.c.speaker_id, name) for name in together))
        clauses |= dict.fromkeys(together, true()) | {together[0]: key.in_(named)}
    return (WITH_INDEX if by_index else quotes), clauses


def narrow(
    statement: Select[Any], conditions: frozenset[str], clauses: dict[str, ColumnElement[bool]]
) -> Select[Any]:
    """Narrow a statement to the newest rows for which the conditions hold, or to the oldest."""
    key = clauses["key"]
    # Of what is rare an expression, or the walk along the keys would be chosen for their bounds and order.
    place = key + 0 if "rare" in conditions else key
    clauses = clauses | write_bounds(place)
    statement = statement.where(*(clauses[name] for name in sorted(conditions)))
    if "latest_of" in conditions:
        statement = statement.where(
            key.in_(select_latest(conditions & BOUNDS, oldest="oldest" in conditions))
        )
    in_order = place.asc() if "oldest" in conditions else place.desc()
    if "by_added" in conditions:
        in_order = quotes.c.added.desc()
    return statement.order_by(in_order).limit(bindparam("limit"))


def write_clauses(key: ColumnElement[Any]) -> dict[str, ColumnElement[bool]]:
    """The conditions by the names that `describe_filter` and `describe_search` give their values."""
    search: ColumnElement[Any] = column("search", TSVECTOR, _selectable=quotes)
    return {
        "article": quotes.c.article_id == bindparam("article"),
        "speaker_id": quotes.c.speaker_id == bindparam("speaker_id"),
        "external_id": quotes.c.external_id == bindparam("external_id"),
        "given_id": quotes.c.speaker_id == bindparam("given_id"),
        "one_speaker": quotes.c.speaker_id == bindparam("one_speaker"),
        "members": quotes.c.speaker_id == func.any(bindparam("members", type_=ARRAY(Text))),
        "speakers": quotes.c.speaker_id == func.any(bindparam("speakers", type_=ARRAY(Text))),
        "kind": quotes.c.kind == bindparam("kind"),
        "source": quotes.c.source_name == bindparam("source"),
        "role": quotes.c.role_name == bindparam("role"),
        "gender": bindparam("gender") == OWN_GENDER,
        "no_gender": and_(OWN_GENDER.is_(None), quotes.c.speaker_id.is_not(None)),
        "speaker_kind": find_own("kind") == bindparam("speaker_kind"),
        "min_confidence": quotes.c.confidence >= bindparam("min_confidence"),
        "unique": ~exists().where(OTHERS.c.quotation == quotes.c.quotation, OTHERS.c.key < quotes.c.key),
        **write_bounds(key),
        "match": search.bool_op("@@")(cast(bindparam("match"), TSQUERY)),
        "rare": true(),
        "since": quotes.c.added >= bindparam("since"),
        "undated": quotes.c.undated.is_(True),
        "dated": quotes.c.undated.is_(False),
        "oldest": true(),
        "by_added": true(),
        "behind": quotes.c.added < bindparam("behind"),
        "latest_of": true(),
    }


def select_latest(bounds: frozenset[str], *, oldest: bool) -> Select[Any]:
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
        .order_by(theirs.c.key.asc() if oldest else theirs.c.key.desc())
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
    """Write the conditions for SQLite's full-text index; it has speaker ids, and an article's keys adjoin."""
    own = quotes.c.article_id == bindparam("article")
    bounds = write_bounds(quotes.c.key)
    within = (own, *(bounds[name] for name in sorted(conditions & {"from_", "to"})))
    first, last = (select(end(quotes.c.key)).where(*within).scalar_subquery() for end in (func.min, func.max))
    return {
        "article": and_(key.between(first, last), own),
        "speaker_id": true(),
        "members": true(),
        "match": quotes_index.c.quotes_index.bool_op("MATCH")(bindparam("match")),
    }


def read_quotes(connection: Connection, rows: Sequence[Row[Any]], terms: Query) -> tuple[QuoteRecord, ...]:
    together = find_co_speakers(connection, rows)
    merged = {row[ROOT] for row in rows if row[ROOT] is not None}
    roots = find_speakers(connection, merged) if merged else {}
    return tuple(read_quote(row, terms, together.get(row[0], ()), roots.get(row[ROOT])) for row in rows)


def show_root(speaker: PortrayedSpeaker, root: Row[Any]) -> PortrayedSpeaker:
    """The speaker of a quote as the one who has it after merges."""
    if root.gender is not None:
        speaker = replace(speaker, gender=root.gender, gender_evidence="stated")
    return replace(speaker, id=root.id, name=root.name, kind=root.kind)


def read_quote(
    row: Row[Any], terms: Query, together: Sequence[CoSpeaker], root: Row[Any] | None
) -> QuoteRecord:
    values = tuple(row)
    fields = {
        name: build(*[values[place] for place in places]) if build else values[places[0]]
        for name, build, places in READERS
    }
    if root is not None:
        fields["speaker"] = show_root(fields["speaker"], root)
    others = refer(together) if together else ()
    return QuoteRecord(**fields, co_speakers=others, snippet=cut_snippet(row.text, terms) if terms else None)
