"""Lists outlets: the sources of articles that have quotes, by name."""

from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, select

from service.store.database.keys import FIRST_DIRECT_KEY, read_cursor, write_cursor
from service.store.database.tables import quotes
from service.store.quotes.facets import find_source_names
from service.store.records import FacetValue, Page, PageRequest

LISTING = ("outlets",)


def list_outlets(connection: Connection, page: PageRequest) -> Page[FacetValue]:
    """List outlets with the number of their direct and mixed quotes.  Raises InvalidCursor."""
    values: dict[str, Any] = {"limit": page.limit + 1}
    if page.cursor is not None:
        (values["after"],) = read_cursor(LISTING, page.cursor, str)
    rows = connection.execute(select_outlets("after" in values), values).all()
    shown = rows[: page.limit]
    names = find_source_names(connection, [row.source_name for row in shown]) if shown else {}
    outlets = tuple(
        FacetValue(row.source_name, names.get(row.source_name, row.source_name), row.number) for row in shown
    )
    further = write_cursor(LISTING, shown[-1].source_name) if len(rows) > page.limit else None
    return Page(outlets, further)


@cache
def select_outlets(goes_on: bool) -> Select[Any]:
    """Write the statement for a page: one walk along the index of sources, no further than the page."""
    source = quotes.c.source_name
    statement = select(source, func.count().label("number")).where(
        source.is_not(None), quotes.c.key >= FIRST_DIRECT_KEY
    )
    if goes_on:
        statement = statement.where(source > bindparam("after"))
    return statement.group_by(source).order_by(source).limit(bindparam("limit"))
