"""Lists what changed since a cursor was given, oldest first."""

from heapq import merge
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, bindparam, case, exists, literal, or_, select

from service.store.database.change_numbers import moment_of
from service.store.database.keys import read_cursor, write_cursor
from service.store.database.tables import articles, changes, quotes, speakers, store_state
from service.store.errors import ChangesDropped
from service.store.records import ChangePage, ChangeRecord, PageRequest

LISTING = "changes"
STATE = select(store_state.c.number, store_state.c.dropped)
CHANGED = articles.c.changed
OF_ARTICLES: Select[Any] = (
    select(
        CHANGED.label("number"),
        literal("article").label("type"),
        articles.c.id,
        case((articles.c.added == CHANGED, "added"), else_="changed").label("action"),
    )
    .where(bindparam("after") < CHANGED)
    .order_by(CHANGED)
    .limit(bindparam("limit"))
)
HAS_ARTICLE, HAS_QUOTE, HAS_SPEAKER = (
    exists().where(table.c.id == changes.c.id) for table in (articles, quotes, speakers)
)
# A later entry of its article tells of a quote too.
HAS_OWN_QUOTE = (
    exists()
    .where(quotes.c.id == changes.c.id, articles.c.id == quotes.c.article_id)
    .where(changes.c.number > CHANGED)
)
IS_REMOVED = changes.c.action == "removed"
# What was removed and came back, or changed and went, is told by a later entry.
STANDS = or_(
    and_(changes.c.type == "article", ~HAS_ARTICLE),
    and_(changes.c.type == "quote", IS_REMOVED, ~HAS_QUOTE),
    and_(changes.c.type == "quote", ~IS_REMOVED, HAS_OWN_QUOTE),
    and_(changes.c.type == "speaker", HAS_SPEAKER),
)
OF_OTHERS: Select[Any] = (
    select(changes.c.number, changes.c.type, changes.c.id, changes.c.action)
    .where(changes.c.number > bindparam("after"), STANDS)
    .order_by(changes.c.number)
    .limit(bindparam("limit"))
)


def list_changes(connection: Connection, page: PageRequest) -> ChangePage:
    """List changes; from the beginning all that is stored.  Raises InvalidCursor, ChangesDropped."""
    last, dropped = connection.execute(STATE).one()
    # The copy began when `started` was the last number: it never had what was removed before.
    after, started = 0, last
    if page.cursor is not None:
        after, started = map(int, read_cursor(LISTING, page.cursor, int, int))
    if dropped > max(after, started):
        raise ChangesDropped("the cursor is older than what is kept of removals")
    values = {"after": after, "limit": page.limit + 1}
    found = (connection.execute(statement, values).all() for statement in (OF_ARTICLES, OF_OTHERS))
    rows = list(merge(*found, key=attrgetter("number")))
    shown = rows[: page.limit]
    is_last = len(rows) <= page.limit
    cursor = write_cursor(LISTING, max(last, after) if is_last else shown[-1].number, started)
    return ChangePage(tuple(map(read_change, shown)), cursor, is_last)


def read_change(row: Row[Any]) -> ChangeRecord:
    return ChangeRecord(row.type, row.id, row.action, moment_of(row.number))
