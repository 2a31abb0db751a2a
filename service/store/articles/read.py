"""Reading articles."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Row,
    Select,
    bindparam,
    cast,
    func,
    null,
    select,
    true,
)

from service.store.database.bound_values import NUMBER, WORDS, Columns, bind_rows, list_table
from service.store.database.change_numbers import moment_of
from service.store.database.keys import first_key_at, last_key_at, read_cursor, write_cursor
from service.store.database.tables import articles
from service.store.records import ArticleFilter, ArticleRecord, Page, PageRequest, TextPart
from service.store.text.folding import is_storable, normalise_source

COLUMNS = (
    articles.c.key,
    articles.c.id,
    articles.c.title,
    articles.c.url,
    articles.c.source,
    articles.c.author,
    articles.c.published_at,
    articles.c.language,
    articles.c.added_at,
    articles.c.quote_count,
    articles.c.added,
    articles.c.changed,
)
ONE_ARTICLE: Select[Any] = select(*COLUMNS, articles.c.text).where(articles.c.id == bindparam("id"))

PARTS: Columns = {"place": NUMBER, "article_id": WORDS, "first": NUMBER, "length": NUMBER}


def get_article(connection: Connection, article_id: str) -> ArticleRecord | None:
    if not is_storable(article_id):
        return None
    row = connection.execute(ONE_ARTICLE, {"id": article_id}).one_or_none()
    return None if row is None else read_article(row)


def read_text_parts(connection: Connection, parts: Sequence[TextPart]) -> list[str | None]:
    """Read parts of texts in one statement; the rest of the texts stays in the database."""
    database = connection.dialect.name
    rows = [(place, part.article_id, part.start + 1, part.length) for place, part in enumerate(parts)]
    found = connection.execute(select_text_parts(database), bind_rows(database, PARTS, rows))
    texts: dict[int, str] = {row.place: row.part for row in found}
    return [texts.get(place) for place in range(len(parts))]


@cache
def select_text_parts(database: str) -> Select[Any]:
    listed = list_table(database, PARTS)
    # PostgreSQL has `substr` of integers alone.
    bounds = (cast(listed.c.first, Integer), cast(listed.c.length, Integer))
    part = func.substr(articles.c.text, *bounds).label("part")
    return select(listed.c.place, part).join_from(listed, articles, articles.c.id == listed.c.article_id)


def list_articles(connection: Connection, wanted: ArticleFilter, page: PageRequest) -> Page[ArticleRecord]:
    values = {
        "source": normalise_source(wanted.source),
        "from_": wanted.from_ and first_key_at(wanted.from_),
        "to": wanted.to and last_key_at(wanted.to),
        "since": wanted.since and first_key_at(wanted.since),
        "undated": wanted.undated or None,
        "dated": wanted.undated is False or wanted.from_ or wanted.to or None,
        "by_added": wanted.order == "added" or None,
    }
    values = {field: value for field, value in values.items() if value is not None}
    listing = ("articles", wanted)
    if page.cursor is not None:
        (values["behind" if "by_added" in values else "before"],) = read_cursor(listing, page.cursor, int)
    if not is_storable(wanted.source or ""):
        return Page((), None)
    statement = select_page(frozenset(values))
    rows = connection.execute(statement, {**values, "limit": page.limit + 1}).all()
    shown = rows[: page.limit]
    further = None
    if len(rows) > page.limit:
        further = write_cursor(listing, shown[-1].added if "by_added" in values else shown[-1].key)
    return Page(tuple(read_article(row) for row in shown), further)


@cache
def select_page(conditions: frozenset[str]) -> Select[Any]:
    """Write the statement for a page under these conditions."""
    clauses: dict[str, ColumnElement[bool]] = {
        "source": articles.c.source_name == bindparam("source"),
        "from_": articles.c.key >= bindparam("from_"),
        "to": articles.c.key <= bindparam("to"),
        "before": articles.c.key < bindparam("before"),
        "behind": articles.c.added < bindparam("behind"),
        "since": articles.c.added >= bindparam("since"),
        "undated": articles.c.published_at.is_(None),
        "dated": articles.c.published_at.is_not(None),
        "by_added": true(),
    }
    chosen = [clauses[condition] for condition in sorted(conditions)]
    statement = select(*COLUMNS, null().label("text")).where(*chosen)
    place = articles.c.added if "by_added" in conditions else articles.c.key
    return statement.order_by(place.desc()).limit(bindparam("limit"))


def read_article(row: Row[Any]) -> ArticleRecord:
    return ArticleRecord(
        id=row.id,
        text=row.text,
        title=row.title,
        url=row.url,
        source=row.source,
        author=row.author,
        published_at=row.published_at,
        language=row.language,
        added_at=row.added_at,
        changed_at=max(row.added_at, moment_of(row.changed)),
        quotes=row.quote_count,
    )
