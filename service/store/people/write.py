"""Saves and deletes known people, inside the caller's transaction."""

import re
from collections.abc import Collection, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Delete, delete

from service.store.counts import Tally, write_tally
from service.store.database.bound_values import bind_values, is_listed
from service.store.database.identities import digest_identity
from service.store.database.insert_rows import insert_rows
from service.store.database.tables import people, people_names
from service.store.errors import InvalidChange
from service.store.records import KnownPerson
from service.store.text.folding import NAME_LENGTH, is_storable, name_key

WIKIDATA_ITEM = re.compile("Q[1-9][0-9]{0,17}")


def derive_person_id(person: KnownPerson) -> str:
    """Derive the id of somebody who comes without one, from the external id, or name and description."""
    if person.external_id is None:
        return "p" + digest_identity(f"{name_key(person.name)}\0{person.description or ''}")
    if WIKIDATA_ITEM.fullmatch(person.external_id):
        return person.external_id
    return "p" + digest_identity(person.external_id)


def check_person(person: KnownPerson) -> None:
    """Raise InvalidChange for a person whom the store cannot hold, or by whose names nobody is found."""
    for field in ("id", "name", "external_id", "description"):
        if not is_storable(getattr(person, field) or ""):
            raise InvalidChange(field, "has a character that cannot be stored")
    for field, name in (("name", person.name), *(("aliases", alias) for alias in person.aliases)):
        if len(name) > NAME_LENGTH:
            raise InvalidChange(field, f"is longer than {NAME_LENGTH} characters")
        if not is_storable(name) or not name_key(name):
            raise InvalidChange(field, "has no letter or digit, or a character that cannot be stored")
    if person.since and person.until and person.since > person.until:
        raise InvalidChange("since", "must not be after until")


def save_people(connection: Connection, given: Sequence[KnownPerson]) -> None:
    """Save people in place of those who have the same ids; of one id that comes twice the last."""
    if not given:
        return
    saved = {person.id: person for person in given}
    remove_people(connection, saved)
    insert_rows(connection, people, [describe_person(person) for person in saved.values()])
    insert_rows(
        connection, people_names, [row for person in saved.values() for row in describe_names(person)]
    )
    write_tally(connection, Tally())


def delete_person(connection: Connection, person_id: str) -> bool:
    """Remove a person from the list; False if there is none with this id."""
    if not is_storable(person_id) or not remove_people(connection, [person_id]):
        return False
    write_tally(connection, Tally())
    return True


def delete_people(connection: Connection) -> int:
    """Remove all people, and return their number."""
    connection.execute(delete(people_names))
    number = connection.execute(delete(people)).rowcount
    write_tally(connection, Tally())
    return number


def remove_people(connection: Connection, ids: Collection[str]) -> int:
    database = connection.dialect.name
    values = bind_values(database, ids)
    connection.execute(delete_names(database), values)
    return connection.execute(delete_listed(database), values).rowcount


@cache
def delete_names(database: str) -> Delete:
    return delete(people_names).where(is_listed(database, people_names.c.person_id))


@cache
def delete_listed(database: str) -> Delete:
    return delete(people).where(is_listed(database, people.c.id))


def describe_person(person: KnownPerson) -> dict[str, Any]:
    return {
        "id": person.id,
        "name": person.name,
        "kind": person.kind,
        "gender": person.gender,
        "external_id": person.external_id,
        "description": person.description,
        "since": person.since,
        "until": person.until,
        "aliases": list(person.aliases),
    }


def describe_names(person: KnownPerson) -> list[dict[str, str]]:
    keys = dict.fromkeys(name_key(name) for name in (person.name, *person.aliases))
    return [{"name": key, "person_id": person.id} for key in keys]
