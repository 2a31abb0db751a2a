"""Which quotes are occurrences of the same quotation, kept as quotes come and go.

A quotation is named after its longest wording (see `wordings`): every wording belongs to the longest that
holds it.  That depends on nothing but what is stored, so neither the order of loading nor what was
deleted meanwhile matters.  Of the wordings with a fingerprint only the longest are compared, few enough for
the work to be bounded: a turn of phrase that hundreds use tells nothing.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    Connection,
    Delete,
    Insert,
    Select,
    Update,
    and_,
    bindparam,
    delete,
    func,
    select,
    true,
    tuple_,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from service.store.database.bound_values import NUMBER, Columns, bind_rows, bind_values, is_listed, list_table
from service.store.database.tables import fingerprints, quotes
from service.store.quotations.wordings import Wording, find_ends, find_fingerprints, is_part, read_wording

# The most wordings with one fingerprint that are compared with one another.
COMPARED_WORDINGS = 32

NUMBERS: Columns = {"value": NUMBER}
FINGERPRINTS: Columns = {"value": NUMBER, "words": NUMBER, "wording": NUMBER}
QUOTATIONS: Columns = {"wording": NUMBER, "quotation": NUMBER}
PLACES: Columns = {"key": NUMBER, "wording": NUMBER, "quotation": NUMBER}

Fingerprint = tuple[int, int, int]  # its value, the number of words of a wording that has it, its key
Having = dict[int, set[int]]  # the wordings that have each value


class Occurrence(NamedTuple):
    """A stored quote, with the columns that decide its quotation; `speaker_id` is whom it is grouped by."""

    key: int
    id: str
    words: str
    speaker_id: str | None
    wording: int
    quotation: int


GROUPED_BY = func.coalesce(quotes.c.grouped_by, quotes.c.speaker_id).label("grouped_by")
OCCURRENCES: Select[Any] = select(
    quotes.c.key, quotes.c.id, quotes.c.words, GROUPED_BY, quotes.c.wording, quotes.c.quotation
)


def add_occurrences(connection: Connection, said: Iterable[tuple[Wording, str | None]]) -> dict[int, int]:
    """Add quotes with these wordings and speakers; return the quotation of each wording.

    The quotes are stored, or will be in the same transaction.
    """
    given: dict[int, Wording] = {}
    new: set[Fingerprint] = set()
    for wording, speaker_id in said:
        if wording.key not in given:
            given[wording.key] = wording
            new.update((value, wording.length, wording.key) for value in find_fingerprints(wording))
        new.update((value, wording.length, wording.key) for value in find_ends(wording.words, speaker_id))
    before = find_having(connection, {value for value, _, _ in new})
    new = {one for one in new if one[2] not in before[one[0]]}
    if new:
        change_rows(connection, add_fingerprints, FINGERPRINTS, sorted(new))
    having = defaultdict(set, {value: set(before[value]) for value, _, _ in new})
    for value, _, wording_key in new:
        having[value].add(wording_key)
    related = {wording for sharing in having.values() if len(sharing) > 1 for wording in sharing}
    known = {one.wording: one.quotation for one in find_samples(connection, set(given) - related)}
    return {key: known.get(key, key) for key in given} | update_quotations(connection, related, given)


def remove_occurrences(connection: Connection, gone: Sequence[Occurrence]) -> None:
    """Remove quotes that are no longer stored, or that changed."""
    wordings = {one.wording for one in gone}
    left = defaultdict(set)
    for row in find_among(connection, select_speakers_of_wordings, wordings):
        left[row.wording].add(row.grouped_by)
    old: set[Fingerprint] = set()
    for one in gone:
        wording = read_wording(one.words, one.speaker_id, one.id)
        values = set() if one.speaker_id in left[one.wording] else find_ends(one.words, one.speaker_id)
        if not left[one.wording]:
            values |= find_fingerprints(wording)
        old.update((value, wording.length, one.wording) for value in values)
    if not old:
        return
    values = {value for value, _, _ in old}
    before = find_having(connection, values)
    change_rows(connection, remove_fingerprints, FINGERPRINTS, old)
    after = find_having(connection, values)
    related = set().union(*before.values(), *after.values())
    update_quotations(
        connection, {wording for wording in related if wording not in wordings or left[wording]}, {}
    )


def move_occurrences(connection: Connection, moved: Sequence[Occurrence], speaker_id: str) -> None:
    """Update the quotations of quotes that have another speaker now; `moved` has them as they were."""
    write_occurrences(connection, [one._replace(speaker_id=speaker_id) for one in moved])
    remove_occurrences(connection, moved)


def write_occurrences(connection: Connection, found: Sequence[Occurrence]) -> None:
    wordings = [read_wording(one.words, one.speaker_id, one.id) for one in found]
    speakers = [one.speaker_id for one in found]
    quotations = add_occurrences(connection, zip(wordings, speakers, strict=True))
    rows = [
        (one.key, wording.key, quotations[wording.key])
        for one, wording in zip(found, wordings, strict=True)
        if one.wording != wording.key
    ]
    if rows:
        change_rows(connection, set_both, PLACES, rows)


def update_quotations(
    connection: Connection, related: set[int], given: Mapping[int, Wording]
) -> dict[int, int]:
    """Find the quotations of wordings that may have changed, and update the stored quotes of them.

    `given` are those that may not be stored yet.
    """
    if not related:
        return {}
    stored = {one.wording: one.quotation for one in find_samples(connection, related)}
    members = related | find_members(connection, set(stored.values()))
    samples = {one.wording: one for one in find_samples(connection, members)}
    wordings = {key: given[key] for key in members if key in given}
    wordings |= {key: read_sample(one) for key, one in samples.items()}
    having = find_having(
        connection, {value for wording in wordings.values() for value in find_fingerprints(wording)}
    )
    others = {one.wording: one for one in find_samples(connection, set().union(*having.values()) - members)}
    # Once: a copy for each of an article's quotes would be as much work as all pairs of them.
    known = {**wordings, **{key: read_sample(one) for key, one in others.items()}, **given}
    holders = {key: find_holder(wording, having, known) for key, wording in wordings.items()}
    quotations = {key: find_root(key, holders, others) for key in wordings}
    changes = [
        (key, quotation)
        for key, quotation in quotations.items()
        if key in samples and samples[key].quotation != quotation
    ]
    if changes:
        change_rows(connection, set_quotation, QUOTATIONS, changes)
    return quotations


def find_holder(wording: Wording, having: Having, known: Mapping[int, Wording]) -> int:
    """Find the longest wording that contains this one: mostly itself."""
    compared = {
        other
        for value in find_fingerprints(wording)
        if wording.key in having[value]
        for other in having[value]
        if other in known
    }
    holding = [known[other] for other in compared if is_part(wording, known[other])]
    return min(holding, key=lambda other: (-other.length, other.key), default=wording).key


def find_root(key: int, holders: Mapping[int, int], others: Mapping[int, Occurrence]) -> int:
    """Follow the containing wordings, each longer than the last, to the quotation."""
    while key in holders and holders[key] != key:
        key = holders[key]
    return others[key].quotation if key in others else key


def read_sample(one: Occurrence) -> Wording:
    """Return the wording of a stored quote, with the stored key."""
    return read_wording(one.words, one.speaker_id, one.id)._replace(key=one.wording)


def find_members(connection: Connection, roots: set[int]) -> set[int]:
    return {row.wording for row in find_among(connection, select_members, roots)}


def find_having(connection: Connection, values: set[int]) -> Having:
    """Find the wordings that have each fingerprint; of many only the longest."""
    having: Having = defaultdict(set)
    for value, wording in find_each(connection, select_having, values):
        having[value].add(wording)
    return having


def find_samples(connection: Connection, wordings: set[int]) -> list[Occurrence]:
    """Find a quote of each stored wording."""
    return [Occurrence(*row) for row in find_each(connection, select_samples, wordings)]


def find_each(
    connection: Connection, write: Callable[[str], Select[Any]], numbers: set[int]
) -> Sequence[Any]:
    """Return the rows of a statement for every number in `numbers`."""
    if not numbers:
        return ()
    database = connection.dialect.name
    values = bind_rows(database, NUMBERS, ((number,) for number in numbers))
    return connection.execute(write(database), {**values, "most": COMPARED_WORDINGS}).all()


def find_among(
    connection: Connection, write: Callable[[str], Select[Any]], numbers: set[int]
) -> Sequence[Any]:
    """Return the rows of a statement that have one of the numbers."""
    database = connection.dialect.name
    return connection.execute(write(database), bind_values(database, numbers)).all() if numbers else ()


def change_rows(
    connection: Connection,
    write: Callable[[str], Insert | Update | Delete],
    columns: Columns,
    rows: Collection[tuple[int, ...]],
) -> None:
    """Insert, update or delete rows by one statement."""
    database = connection.dialect.name
    connection.execute(write(database), bind_rows(database, columns, rows))


@cache
def select_having(database: str) -> Select[Any]:
    listed = list_table(database, NUMBERS)
    other = fingerprints.alias()
    too_many = (
        select(other.c.words)
        .where(other.c.value == listed.c.value)
        .order_by(other.c.words.desc())
        .offset(bindparam("most"))
        .limit(1)
        .scalar_subquery()
    )
    longer = fingerprints.c.words > func.coalesce(too_many, 0)
    having = listed.join(fingerprints, and_(fingerprints.c.value == listed.c.value, longer))
    return select(fingerprints.c.value, fingerprints.c.wording).select_from(having)


@cache
def select_samples(database: str) -> Select[Any]:
    listed = list_table(database, NUMBERS)
    other = quotes.alias()
    any_of_them = select(other.c.key).where(other.c.wording == listed.c.value).limit(1)
    return OCCURRENCES.select_from(listed.join(quotes, quotes.c.key == any_of_them.scalar_subquery()))


@cache
def select_members(database: str) -> Select[Any]:
    return select(quotes.c.wording).where(is_listed(database, quotes.c.quotation)).distinct()


@cache
def select_speakers_of_wordings(database: str) -> Select[Any]:
    return select(quotes.c.wording, GROUPED_BY).where(is_listed(database, quotes.c.wording)).distinct()


@cache
def add_fingerprints(database: str) -> Insert:
    insert = sqlite.insert if database == "sqlite" else postgresql.insert
    # SQLite takes ON CONFLICT for a condition of a join, unless there is another.
    rows = select(list_table(database, FINGERPRINTS)).where(true())
    statement: Insert = insert(fingerprints).from_select(list(FINGERPRINTS), rows).on_conflict_do_nothing()
    return statement


@cache
def remove_fingerprints(database: str) -> Delete:
    listed = list_table(database, FINGERPRINTS)
    same = tuple_(*(fingerprints.c[name] for name in FINGERPRINTS))
    return delete(fingerprints).where(same.in_(select(listed)))


@cache
def set_quotation(database: str) -> Update:
    listed = list_table(database, QUOTATIONS)
    return update(quotes).where(quotes.c.wording == listed.c.wording).values(quotation=listed.c.quotation)


@cache
def set_both(database: str) -> Update:
    listed = list_table(database, PLACES)
    values = {"wording": listed.c.wording, "quotation": listed.c.quotation}
    return update(quotes).where(quotes.c.key == listed.c.key).values(values)
