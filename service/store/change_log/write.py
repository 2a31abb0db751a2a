"""Notes what changed by itself, inside the caller's transaction.

An article keeps the number of its last change in its own row, which tells of its quotes too.  Here are only
articles that were removed, quotes that changed without their article, and speakers: one entry each, which the
next one replaces.  Removals are dropped after `KEPT`, and the store keeps the number of the last that was.
"""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache

from sqlalchemy import Connection, Delete, bindparam, delete, func, select, update

from service.store.counts import Tally
from service.store.database.bound_values import bind_values, is_listed
from service.store.database.change_numbers import take_numbers
from service.store.database.insert_rows import insert_rows
from service.store.database.keys import first_key_at
from service.store.database.tables import changes, store_state
from service.store.records import ChangeAction, ChangeType

KEPT = timedelta(days=90)
OLD = (changes.c.action == "removed", changes.c.number < bindparam("floor"))
FIND_LAST_OLD = select(func.max(changes.c.number)).where(*OLD)
DROP_OLD = delete(changes).where(*OLD)


def note_changes(connection: Connection, type_: ChangeType, actions: Mapping[str, ChangeAction]) -> None:
    """Note what was done to things of a type, by their ids."""
    if not actions:
        return
    now = datetime.now(UTC)
    forget(connection, type_, actions)
    first = take_numbers(connection, now, len(actions))
    rows = [
        {"number": first + place, "type": type_, "id": thing, "action": action}
        for place, (thing, action) in enumerate(actions.items())
    ]
    insert_rows(connection, changes, rows)
    drop_old(connection, now - KEPT)


def note_quotes(connection: Connection, tally: Tally) -> None:
    """Note each quote that this transaction removed or wrote."""
    ids = dict.fromkeys([*tally.removed, *tally.written])
    actions: dict[str, ChangeAction] = {}
    for quote_id in ids:
        if quote_id not in tally.written:
            actions[quote_id] = "removed"
        else:
            actions[quote_id] = "changed" if quote_id in tally.removed else "added"
    note_changes(connection, "quote", actions)


def forget(connection: Connection, type_: ChangeType, ids: Collection[str]) -> None:
    database = connection.dialect.name
    connection.execute(delete_entries(database), {"type": type_, **bind_values(database, list(ids))})


@cache
def delete_entries(database: str) -> Delete:
    return delete(changes).where(changes.c.type == bindparam("type"), is_listed(database, changes.c.id))


def drop_old(connection: Connection, until: datetime) -> None:
    """Drop removals noted before a moment."""
    values = {"floor": first_key_at(until)}
    last = connection.execute(FIND_LAST_OLD, values).scalar_one()
    if last is not None:
        connection.execute(DROP_OLD, values)
        connection.execute(update(store_state).values(dropped=last))
