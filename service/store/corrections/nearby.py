"""The quotes that a correction may change: those that share words with it, directly or through others.

The others of its article are known by where they stand alone, so that a correction in an article of tens of
thousands of quotes does not read them all while others wait to write.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Integer, Row, Select, bindparam, literal_column, select

from service.store.database.keys import FIRST_DIRECT_KEY, place_of
from service.store.database.tables import quotes
from service.store.quotes.write import Reading

ENDS = {
    "sqlite": ("json_extract(quotes.segments, '$[0][0]')", "json_extract(quotes.segments, '$[#-1][1]')"),
    "postgresql": (
        "CAST(quotes.segments #>> '{0,0}' AS integer)",
        "CAST(quotes.segments #>> '{-1,1}' AS integer)",
    ),
}


class Outline(NamedTuple):
    """Where a stored quote stands: its key, and the first and the last of its words in the article."""

    id: str
    key: int
    start: int
    end: int

    @property
    def place(self) -> int:
        return place_of(self.key)

    @property
    def is_direct(self) -> bool:
        return self.key >= FIRST_DIRECT_KEY


class Stretch(NamedTuple):
    """A part of a text."""

    start: int
    end: int

    def touches(self, other: "Outline | Stretch") -> bool:
        return other.start < self.end and self.start < other.end

    def join(self, others: "Iterable[Outline | Stretch]") -> "Stretch":
        all_of_them = [self, *others]
        return Stretch(min(one.start for one in all_of_them), max(one.end for one in all_of_them))


def find_outlines(connection: Connection, article_id: str) -> list[Outline]:
    """Find where the quotes of an article stand, in its order."""
    rows = connection.execute(select_outlines(connection.dialect.name), {"article": article_id})
    return sorted((Outline(*row) for row in rows), key=lambda one: -one.place)


@cache
def select_outlines(database: str) -> Select[Any]:
    start, end = (literal_column(one, Integer) for one in ENDS[database])
    return select(quotes.c.id, quotes.c.key, start, end).where(quotes.c.article_id == bindparam("article"))


def find_near(
    changed: Reading, outlines: Sequence[Outline], corrected: Sequence[Row[Any]]
) -> tuple[list[Outline], list[Row[Any]]]:
    """Find the quotes and corrections in the stretch of text that a corrected quote and they share."""
    if any(row.unplaced for row in corrected):
        # One whose words are gone is looked for in all of the text.
        return list(outlines), list(corrected)
    spans = changed.quote.segments
    stretch = Stretch(spans[0].start, spans[-1].end)
    stretch = stretch.join(one for one in outlines if one.id == changed.id)
    stretches = [find_stretch(row) for row in corrected]
    while True:
        near = [one for one in outlines if stretch.touches(one)]
        held = [one for one in stretches if stretch.touches(one)]
        joined = stretch.join([*near, *held])
        if joined == stretch:
            rows = zip(stretches, corrected, strict=True)
            return near, [row for one, row in rows if stretch.touches(one)]
        stretch = joined


def find_stretch(row: Row[Any]) -> Stretch:
    """The text from the first to the last word that a correction is about, now and as it was found."""
    spans = [*row.segments, *row.found["quote"]["segments"]]
    return Stretch(min(span["start"] for span in spans), max(span["end"] for span in spans))
