"""Reads known people: by id, by any of their names, page by page."""

from collections import defaultdict
from collections.abc import Collection
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, select

from service.store.database.bound_values import bind_values, is_listed
from service.store.database.keys import read_cursor, write_cursor
from service.store.database.tables import people, people_names
from service.store.records import KnownPerson, Page, PageRequest
from service.store.text.folding import is_storable, name_key

ONE_PERSON = select(people).where(people.c.id == bindparam("id"))


def get_person(connection: Connection, person_id: str) -> KnownPerson | None:
    if not is_storable(person_id):
        return None
    row = connection.execute(ONE_PERSON, {"id": person_id}).one_or_none()
    return None if row is None else read_person(row)


def list_people(
    connection: Connection, name: str | None, external_id: str | None, page: PageRequest
) -> Page[KnownPerson]:
    """List people by id: all, those who go by a whole name, or those of an external id."""
    listing = ("people", name, external_id)
    values: dict[str, Any] = {"limit": page.limit + 1}
    if name is not None:
        values["name"] = name_key(name)
    if external_id is not None:
        values["external_id"] = external_id
    if page.cursor is not None:
        [values["after"]] = read_cursor(listing, page.cursor, str)
    if not all(is_storable(value) for value in values.values() if isinstance(value, str)):
        return Page((), None)
    rows = connection.execute(select_page(frozenset(values)), values).all()
    shown = rows[: page.limit]
    further = write_cursor(listing, shown[-1].id) if len(rows) > page.limit else None
    return Page(tuple(map(read_person, shown)), further)


@cache
def select_page(conditions: frozenset[str]) -> Select[Any]:
    """Write the statement for a page under these conditions, by id."""
    statement = select(people)
    if "name" in conditions:
        statement = statement.join(people_names, people_names.c.person_id == people.c.id)
        statement = statement.where(people_names.c.name == bindparam("name"))
    if "external_id" in conditions:
        statement = statement.where(people.c.external_id == bindparam("external_id"))
    if "after" in conditions:
        statement = statement.where(people.c.id > bindparam("after"))
    return statement.order_by(people.c.id).limit(bindparam("limit"))


def find_people(connection: Connection, keys: Collection[str]) -> dict[str, list[KnownPerson]]:
    """Find the people who go by each of these names, as `name_key` writes names, in one statement."""
    found: defaultdict[str, list[KnownPerson]] = defaultdict(list)
    if keys:
        database = connection.dialect.name
        for row in connection.execute(select_named(database), bind_values(database, sorted(keys))):
            found[row.found_by].append(read_person(row))
    return dict(found)


@cache
def select_named(database: str) -> Select[Any]:
    statement = select(people_names.c.name.label("found_by"), people)
    statement = statement.join_from(people_names, people, people.c.id == people_names.c.person_id)
    return statement.where(is_listed(database, people_names.c.name)).order_by(
        people_names.c.name, people.c.id
    )


def read_person(row: Row[Any]) -> KnownPerson:
    return KnownPerson(
        id=row.id,
        name=row.name,
        kind=row.kind,
        gender=row.gender,
        external_id=row.external_id,
        aliases=tuple(row.aliases),
        description=row.description,
        since=row.since,
        until=row.until,
    )
