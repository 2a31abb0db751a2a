"""Keys keep to the order of time and apart from each other; cursors are given back whole or refused."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.store import InvalidCursor
from service.store.order import find_free_keys, first_key_at, last_key_at, read_cursor, write_cursor

MOMENTS = st.datetimes(timezones=st.just(UTC))


@given(MOMENTS, st.text(), st.integers(1, 5_000))
def test_keys_stand_in_the_second_of_their_moment(moment: datetime, identity: str, number: int) -> None:
    first = find_free_keys(moment, identity, number, lambda *_: True)
    assert first_key_at(moment) <= first
    assert first + number - 1 <= last_key_at(moment)
    assert -(2**63) <= first < 2**63


@given(MOMENTS, MOMENTS)
def test_keys_run_with_time_to_the_millisecond(one: datetime, two: datetime) -> None:
    earlier, later = sorted((one, two))
    if later - earlier >= timedelta(seconds=1):
        assert last_key_at(earlier) < first_key_at(later)
    millisecond = earlier.replace(microsecond=500_000)
    keys = [
        find_free_keys(millisecond + timedelta(milliseconds=step), "a", 1, lambda *_: True)
        for step in range(400)
    ]
    assert keys == sorted(keys)


def test_keys_that_are_taken_are_not_given_again() -> None:
    moment = datetime(2020, 1, 1, microsecond=5000, tzinfo=UTC)
    taken: set[int] = set()
    for _ in range(200):
        first = find_free_keys(
            moment, "one", 10, lambda first, last: taken.isdisjoint(range(first, last + 1))
        )
        taken.update(range(first, first + 10))
    assert len(taken) == 2_000


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
