"""Gives rows the next keys of their second, with as many look-ups for many rows as for one."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Column, Connection, Select, select

from service.store.database import keys
from service.store.database.bound_values import NUMBER, Columns, bind_rows, list_table
from service.store.errors import InvalidArticle

SECONDS: Columns = {"first": NUMBER, "last": NUMBER}
# A second has 16 million keys.  Once they are used up, rows go to the first of these seconds behind it that
# has room: few, so that the work stays bounded, and within a day of it.
SECONDS_BEHIND = tuple(1 << step for step in range(17))


class Stretch(NamedTuple):
    """Keys in a row."""

    first: int
    number: int


class KeyRequest(NamedTuple):
    """The keys in a row that are wanted at a moment; `before` is where these rows stood, if they did."""

    moment: datetime
    number: int
    before: Stretch | None = None

    def is_met_before(self) -> bool:
        """Whether the rows can stay where they were."""
        if self.before is None or self.number > self.before.number:
            return False
        last = self.before.first + self.before.number - 1
        return keys.first_key_at(self.moment) <= self.before.first and last <= keys.last_key_at(self.moment)


class KeyClaims:
    """Hands out keys that neither a row of the table nor another claim of the transaction has.

    A row has a key of a stretch, or one that is lower by a number of `below`.
    """

    def __init__(self, connection: Connection, column: Column[Any], below: tuple[int, ...] = (0,)) -> None:
        self._connection = connection
        self._statement = select_last(connection.dialect.name, column, below)
        self._last: dict[int, int] = {}

    def claim(self, wanted: Sequence[KeyRequest]) -> list[int]:
        """The first key for each request; rows stay where they were if there is room for them.

        The others get keys behind all rows of their second.  Raises InvalidArticle if it has no room.
        """
        self._ask(keys.first_key_at(one.moment) for one in wanted)
        kept = {place: one for place, one in enumerate(wanted) if one.is_met_before()}
        firsts: dict[int, int] = {}
        # What stays is noted before anything is put behind it.
        for place, one in kept.items():
            assert one.before is not None  # noqa: S101 - or it would not be met there
            firsts[place] = one.before.first
            second = keys.first_key_at(one.moment)
            self._last[second] = max(self._last[second], one.before.first + one.number - 1)
        for place, one in enumerate(wanted):
            if place not in kept:
                firsts[place] = self._append(one)
        return [firsts[place] for place in range(len(wanted))]

    def _append(self, wanted: KeyRequest) -> int:
        second = keys.first_key_at(wanted.moment)
        if self._has_room(second, wanted.number):
            return self._take(second, wanted.number)
        behind = [second + (seconds << keys.TIE_BITS) for seconds in SECONDS_BEHIND]
        self._ask(behind)
        for second in behind:
            if self._has_room(second, wanted.number):
                return self._take(second, wanted.number)
        raise InvalidArticle("published_at", "is a moment at which no more quotes can be stored")

    def _has_room(self, second: int, number: int) -> bool:
        return self._last[second] + number < second + (1 << keys.TIE_BITS)

    def _take(self, second: int, number: int) -> int:
        first = self._last[second] + 1
        self._last[second] += number
        return first

    def _ask(self, seconds: Iterable[int]) -> None:
        """Look up the last used key of each second once."""
        new = sorted(set(seconds) - self._last.keys())
        if not new:
            return
        rows = [(second, second + (1 << keys.TIE_BITS) - 1) for second in new]
        found = self._connection.execute(
            self._statement, bind_rows(self._connection.dialect.name, SECONDS, rows)
        )
        for second, *used in found:
            self._last[second] = max((key for key in used if key is not None), default=second - 1)


@cache
def select_last(database: str, column: Column[Any], below: tuple[int, ...]) -> Select[Any]:
    """Select the last key of each second, counted from its first."""
    listed = list_table(database, SECONDS)
    last = [
        (
            select(column + lower)
            .where(column.between(listed.c.first - lower, listed.c.last - lower))
            .order_by(column.desc())
            .limit(1)
            .scalar_subquery()
        )
        for lower in below
    ]
    return select(listed.c.first, *last)
