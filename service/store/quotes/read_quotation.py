"""Reads a quotation: a group of equal quotes, oldest first."""

from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, select

from service.store.database.keys import LEAST_KEY, read_cursor, write_cursor
from service.store.database.tables import quotes
from service.store.quotations.wordings import read_quotation_id, write_quotation_id
from service.store.quotes.read import COLUMNS, join_references, read_quotes
from service.store.records import Page, PageRequest, Quotation

# Any wording's key leads to its quotation.
FIND_QUOTATION: Select[Any] = (
    select(quotes.c.quotation).where(quotes.c.wording == bindparam("wording")).limit(1)
)
FIND_TEXT: Select[Any] = (
    select(quotes.c.text).where(quotes.c.wording == bindparam("quotation")).order_by(quotes.c.key).limit(1)
)
COUNT = select(func.count()).where(quotes.c.quotation == bindparam("quotation"))


def read_quotation(connection: Connection, quotation_id: str, page: PageRequest) -> Quotation | None:
    """Return the group with this id, or the larger one it was merged into; None if there is none."""
    after: int | str = LEAST_KEY
    listing = ("quotation", quotation_id)
    if page.cursor is not None:
        (after,) = read_cursor(listing, page.cursor, int)
    wording = read_quotation_id(quotation_id)
    found = None
    if wording is not None:
        found = connection.execute(FIND_QUOTATION, {"wording": wording}).scalar()
    if found is None:
        return None
    values = {"quotation": found, "after": after, "limit": page.limit + 1}
    rows = connection.execute(select_occurrences(), values).all()
    shown = rows[: page.limit]
    further = write_cursor(listing, shown[-1].key) if len(rows) > page.limit else None
    return Quotation(
        id=write_quotation_id(found),
        text=connection.execute(FIND_TEXT, {"quotation": found}).scalar_one(),
        occurrences=connection.execute(COUNT, {"quotation": found}).scalar_one(),
        page=Page(read_quotes(connection, shown, ()), further),
    )


@cache
def select_occurrences() -> Select[Any]:
    statement = select(*COLUMNS).select_from(join_references(quotes))
    statement = statement.where(
        quotes.c.quotation == bindparam("quotation"), quotes.c.key > bindparam("after")
    )
    return statement.order_by(quotes.c.key).limit(bindparam("limit"))
