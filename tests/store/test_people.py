"""The list of people you know: saved, replaced, found by every name, and deleted."""

from datetime import UTC, datetime

import pytest

from service.store import InvalidChange, InvalidCursor, KnownPerson, PageRequest, Store

ALL = PageRequest(100)
JANE = KnownPerson(
    "Q1",
    "Jane Doe",
    gender="f",
    external_id="Q1",
    aliases=("Jane M. Doe", "Zoë Doe"),
    description="mayor of Springfield",
    since=datetime(2020, 1, 1, tzinfo=UTC),
    until=datetime(2024, 12, 31, tzinfo=UTC),
)
OTHER = KnownPerson("p2", "jane doe", external_id="Q2")


def list_ids(store: Store, name: str | None = None, external_id: str | None = None) -> list[str]:
    return [person.id for person in store.list_people(ALL, name, external_id).items]


def test_a_person_comes_back_as_it_went_in(store: Store) -> None:
    assert store.save_people([JANE]) == [JANE]
    assert store.get_person("Q1") == JANE
    assert store.get_person("Q2") is None
    assert store.get_person("\0") is None


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("JANE DOE", ["Q1", "p2"]),
        ("jane m doe", ["Q1"]),
        ("Zoe Doe", ["Q1"]),
        ("Doe", []),
        ("\0", []),
    ],
)
def test_people_are_found_by_whole_names(store: Store, name: str, found: list[str]) -> None:
    store.save_people([JANE, OTHER])
    assert list_ids(store, name) == found


def test_people_are_found_by_external_id(store: Store) -> None:
    store.save_people([JANE, OTHER])
    assert list_ids(store, external_id="Q2") == ["p2"]
    assert list_ids(store, "jane doe", "Q1") == ["Q1"]


def test_a_person_is_replaced_with_all_names(store: Store) -> None:
    store.save_people([JANE])
    store.save_people([KnownPerson("Q1", "Ann Lee"), KnownPerson("Q1", "Ann Poe")])
    assert list_ids(store, "jane doe") == list_ids(store, "ann lee") == []
    assert list_ids(store, "ann poe") == ["Q1"]


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        (KnownPerson("", "Jane Doe", external_id="Q42"), "Q42"),
        (KnownPerson("", "Jane Doe", external_id="viaf/42"), "pa374635cfcd52a686686"),
        (KnownPerson("", "Jane Doe"), "p217efae6f00585e61d12"),
        (KnownPerson("", "JANE DÖE"), "p217efae6f00585e61d12"),
    ],
)
def test_an_id_is_derived(store: Store, person: KnownPerson, expected: str) -> None:
    assert [one.id for one in store.save_people([person])] == [expected]


def test_a_description_tells_people_of_one_name_apart(store: Store) -> None:
    ids = {
        one.id for one in store.save_people([KnownPerson("", "Jo Doe", description=d) for d in ("a", "b")])
    }
    assert len(ids) == 2


def test_people_are_deleted(store: Store) -> None:
    store.save_people([JANE, OTHER])
    before = store.stamp()
    assert store.delete_person("Q1")
    assert not store.delete_person("Q1")
    assert store.stamp() != before
    assert list_ids(store, "jane doe") == ["p2"]
    assert store.delete_people() == 1
    assert list_ids(store) == []


def test_pages_follow_each_other(store: Store) -> None:
    store.save_people([KnownPerson(f"p{number}", "Jane Doe") for number in range(5)])
    page = store.list_people(PageRequest(3))
    rest = store.list_people(PageRequest(3, page.next_cursor))
    assert [one.id for one in (*page.items, *rest.items)] == [f"p{number}" for number in range(5)]
    assert rest.next_cursor is None
    with pytest.raises(InvalidCursor):
        store.list_people(PageRequest(3, page.next_cursor), "jane doe")


@pytest.mark.parametrize(
    ("person", "field"),
    [
        (KnownPerson("a", "…"), "name"),
        (KnownPerson("a", "x" * 201), "name"),
        (KnownPerson("a", "Jane", aliases=("?",)), "aliases"),
        (KnownPerson("a", "Jane", description="\0"), "description"),
        (KnownPerson("a", "Jane", since=JANE.until, until=JANE.since), "since"),
    ],
)
def test_a_person_whom_nobody_finds_is_refused(store: Store, person: KnownPerson, field: str) -> None:
    with pytest.raises(InvalidChange) as refused:
        store.save_people([JANE, person])
    assert refused.value.field == field
    assert list_ids(store) == []
