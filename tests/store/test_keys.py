"""Keys keep to the order of time and apart from each other; cursors are given back whole or refused."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from service.store import InvalidArticle, InvalidCursor, Store
from service.store.database.key_claims import KeyClaims, KeyRequest, Stretch
from service.store.database.keys import INDIRECT_BELOW, first_key_at, last_key_at, read_cursor, write_cursor
from service.store.database.tables import quotes
from tests.store.build import quote, save

MOMENTS = st.datetimes(timezones=st.just(UTC))
NEW_YEAR = datetime(2020, 1, 1, tzinfo=UTC)
FIRST = first_key_at(NEW_YEAR)


@given(MOMENTS, MOMENTS)
def test_keys_of_seconds_lie_in_their_order(one: datetime, two: datetime) -> None:
    earlier, later = sorted((one, two))
    assert -(2**63) <= first_key_at(earlier) < last_key_at(later) < 2**63
    if later - earlier >= timedelta(seconds=1):
        assert last_key_at(earlier) < first_key_at(later)


def claim(store: Store, *numbers: int, moment: datetime = NEW_YEAR) -> list[int]:
    """Where so many quotes for each of some articles would go, counted from the first of 2020."""
    with store._reading() as connection:
        claims = KeyClaims(connection, quotes.c.key, (0, INDIRECT_BELOW))
        return [key - FIRST for key in claims.claim([KeyRequest(moment, number) for number in numbers])]


def test_rows_of_a_second_are_numbered_as_they_come(store: Store) -> None:
    assert claim(store, 3, 1, 2) == [0, 3, 4]
    save(store, "a", quote("One"), quote("Two", 10), published_at=NEW_YEAR)
    save(store, "b", quote("Told", kind="indirect"), published_at=NEW_YEAR)
    save(store, "c", quote("Later"), published_at=NEW_YEAR + timedelta(seconds=1))
    assert claim(store, 3, 1) == [3, 6]
    store.delete_article("b")
    assert claim(store, 3, 1) == [2, 5]


def test_rows_stay_where_they_were_if_they_fit(store: Store) -> None:
    later = NEW_YEAR + timedelta(days=1)
    with store._reading() as connection:
        before = Stretch(FIRST + 40, 3)
        requests = [
            KeyRequest(NEW_YEAR, 2),
            KeyRequest(NEW_YEAR, 3, before),
            KeyRequest(NEW_YEAR, 4, Stretch(FIRST + 30, 3)),
            KeyRequest(later, 1, before),
        ]
        found = KeyClaims(connection, quotes.c.key).claim(requests)
    assert [key - FIRST for key in found[:3]] == [43, 40, 45]
    assert found[3] == first_key_at(later)


def test_what_a_full_second_cannot_take_goes_behind_it_and_what_none_takes_is_refused(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.store.database.keys.TIE_BITS", 3)
    moment = datetime(1970, 1, 2, tzinfo=UTC)
    for number in range(8):
        save(store, f"a{number}", *(quote("One", 9 * place) for place in range(3)), published_at=moment)
    with store._reading() as connection:
        keys = sorted(connection.execute(select(quotes.c.key)).scalars())
    # Two articles of three quotes a second: in the moment's own, and one, two and four seconds behind it.
    places = [divmod(key - (86_400 << 3), 8) for key in keys]
    assert Counter(second for second, _ in places) == {0: 6, 1: 6, 2: 6, 4: 6}
    many = [quote("One", 9 * place) for place in range(9)]
    with pytest.raises(InvalidArticle, match="published_at"):
        save(store, "many", *many, published_at=moment)
    assert store.get_article("many") is None


@given(st.integers(-(2**63), 2**63 - 1), st.text(st.characters(exclude_characters="\0", codec="utf-8")))
def test_a_cursor_gives_back_what_it_was_written_with(key: int, name: str) -> None:
    assert read_cursor("list", write_cursor("list", key), int) == [key]
    assert read_cursor("list", write_cursor("list", name, "s1"), str, str) == [name, "s1"]


@given(st.text() | st.text("ABCDwyIx0129-_=", max_size=40))
def test_what_is_no_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(InvalidCursor):
        read_cursor("list", cursor, int)


def test_a_cursor_of_another_list_is_refused() -> None:
    with pytest.raises(InvalidCursor, match="other filters"):
        read_cursor("one", write_cursor("two", 1), int)
    for forged in (write_cursor("one", 2**63), write_cursor("one", "a\0"), write_cursor("one", "a")):
        with pytest.raises(InvalidCursor, match="no cursor"):
            read_cursor("one", forged, int)
    with pytest.raises(InvalidCursor, match="no cursor"):
        read_cursor("one", write_cursor("one", "a\0"), str)
