"""Quotations after a merge, or its undoing: short quotes are told apart by who has them now.

A merge changes speakers alone, at once.  The quotes follow some at a time, so that others write in between:
a quote keeps in `grouped_by` by whom it is grouped, a speaker in `regrouping` that some are left.  If the
process ends before, whoever merges next, or upgrades the store, goes on.
"""

from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, Update, bindparam, select, update

from service.store.counts import Tally, write_tally
from service.store.database.bound_values import bind_values, is_listed
from service.store.database.keys import FIRST_DIRECT_KEY
from service.store.database.tables import quotes, speakers
from service.store.quotations.occurrences import OCCURRENCES, Occurrence, move_occurrences

QUOTES_AT_ONCE = 500

PENDING: Select[Any] = (
    select(speakers.c.id, speakers.c.root_id, speakers.c.regrouping)
    .where(speakers.c.regrouping.is_not(None))
    .order_by(speakers.c.id)
    .limit(1)
)
NEXT: Select[Any] = (
    OCCURRENCES.where(
        quotes.c.speaker_id == bindparam("speaker"),
        quotes.c.key > bindparam("after"),
        quotes.c.grouped_by.is_distinct_from(bindparam("root", type_=quotes.c.grouped_by.type)),
    )
    .order_by(quotes.c.key)
    .limit(QUOTES_AT_ONCE)
)
DONE = (
    update(speakers)
    .where(speakers.c.id == bindparam("speaker"), speakers.c.regrouping == bindparam("token"))
    .values(regrouping=None)
)


class Progress(NamedTuple):
    """The speaker whose quotes are grouped again, after which merge, and the last key that was."""

    speaker_id: str
    token: str
    after: int


def is_pending(connection: Connection) -> bool:
    return connection.execute(PENDING).first() is not None


def regroup_some(connection: Connection, before: Progress | None = None) -> Progress | None:
    """Group some quotes of a merged speaker again; None once no speaker is left."""
    row = connection.execute(PENDING).one_or_none()
    if row is None:
        return None
    after = FIRST_DIRECT_KEY - 1
    if before is not None and before[:2] == (row.id, row.regrouping):
        after = before.after
    values = {"speaker": row.id, "root": row.root_id, "after": after}
    found = [Occurrence(*one) for one in connection.execute(NEXT, values)]
    if found:
        database = connection.dialect.name
        keys = [one.key for one in found]
        connection.execute(set_group(database), {**bind_values(database, keys), "root": row.root_id})
        move_occurrences(connection, found, row.root_id or row.id)
        after = found[-1].key
    if len(found) < QUOTES_AT_ONCE:
        connection.execute(DONE, {"speaker": row.id, "token": row.regrouping})
    write_tally(connection, Tally())
    return Progress(row.id, row.regrouping, after)


@cache
def set_group(database: str) -> Update:
    theirs = update(quotes).where(is_listed(database, quotes.c.key))
    return theirs.values(grouped_by=bindparam("root", type_=quotes.c.grouped_by.type))
