"""Places corrections among the quotes that extraction finds in an article, though its text was edited.

A correction is about words (`segments`), not about offsets.  It holds for every quote that shares most of
them: for both parts of a quote that is split, and for one that several were joined to.  If its words are gone
it is `unplaced`: kept, and listed as such.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from sqlalchemy import Row

from service.extractor import Span
from service.store.database.identities import digest_identity
from service.store.quotes.write import Reading
from service.store.text.alignment import Alignment, find_nearest

Words = tuple[Span, ...]
Thing = TypeVar("Thing")

# Quotes that share this much of the characters of the shorter one are the same, cut differently.
MUCH_THE_SAME = 0.5
# Segments are looked up by the stretches of so many code points that they touch.
STRETCH = 512


@dataclass(frozen=True, slots=True)
class Placement:
    """A correction, and where its words stand now, or stood if they are gone.

    `reading` is the quote that extraction finds there, if any; a quote that is split gets a placement a part.
    """

    row: Row[Any]
    words: Words
    unplaced: bool
    reading: Reading | None = None

    @property
    def is_indirect(self) -> bool:
        return bool(self.row.found["quote"]["kind"] == "indirect")


def place_corrections(
    rows: Sequence[Row[Any]], text: str, found: Sequence[Reading], alignment: Alignment | None = None
) -> list[Placement]:
    """Place an article's corrections, by an alignment if the article had another text before.

    Of several corrections of one quote that whose words are nearest to the quote's holds, else the newest.
    """
    placed = [place_words(row, text, alignment) for row in rows]
    chosen = choose_placements(placed, found)
    settled = [replace(placed[number], reading=reading) for reading, number in chosen]
    held = {number for _, number in chosen}
    theirs = {one.words for one in settled}
    shelf = Shelf((one.quote.segments, is_indirect(one)) for one in found) if placed else Shelf(())
    for number, placement in enumerate(placed):
        # The words of a quote that was split once and is whole again have one correction too many.
        if number in held or (placement.words in theirs and not placement.unplaced):
            continue
        unplaced = placement.unplaced or placement.is_indirect in shelf.find(placement.words)
        settled.append(replace(placement, unplaced=unplaced))
        if not unplaced:
            shelf.add(placement.words, placement.is_indirect)
    return settled


def place_words(row: Row[Any], text: str, alignment: Alignment | None) -> Placement:
    words = tuple(Span(**span) for span in row.segments)
    if row.unplaced:
        found = (find_nearest(span.text, text, (0, len(text)), (span.start,)) for span in words)
        places = [place for place in found if place is not None]
    elif alignment is None:
        places = list(words)
    else:
        places = [place for span in words for place in alignment.find(span)]
    there = keep_in_order(places)
    if not there or 2 * count_characters(there) < count_characters(words):
        return Placement(row, words, unplaced=True)
    return Placement(row, there, unplaced=False)


def keep_in_order(places: Iterable[Span]) -> Words:
    kept: list[Span] = []
    for place in places:
        if not kept or place.start >= kept[-1].end:
            kept.append(place)
    return tuple(kept)


def choose_placements(placed: Sequence[Placement], found: Sequence[Reading]) -> list[tuple[Reading, int]]:
    """Return each corrected quote, with the number of the correction that holds for it."""
    if not placed:
        return []
    shelf = Shelf((one.words, number) for number, one in enumerate(placed) if not one.unplaced)
    chosen = []
    for reading in found:
        words = reading.quote.segments
        ranked = [
            (*likeness, placed[number].row.corrected_at, number)
            for number in shelf.find(words)
            if placed[number].is_indirect == is_indirect(reading)
            and (likeness := compare_words(placed[number].words, words))[0] >= MUCH_THE_SAME
        ]
        if ranked:
            # First by how alike both are, whole.
            best = max(ranked, key=lambda one: one[1:])
            chosen.append((reading, best[-1]))
    return chosen


def compare_words(one: Words, other: Words) -> tuple[float, float]:
    """Return the share of the shorter text, and of both together, that is in both."""
    shared = mine = theirs = 0
    while mine < len(one) and theirs < len(other):
        shared += max(0, min(one[mine].end, other[theirs].end) - max(one[mine].start, other[theirs].start))
        if one[mine].end <= other[theirs].end:
            mine += 1
        else:
            theirs += 1
    lengths = count_characters(one), count_characters(other)
    return shared / max(1, min(lengths)), shared / max(1, sum(lengths) - shared)


def count_characters(words: Words) -> int:
    return sum(span.end - span.start for span in words)


def is_indirect(reading: Reading) -> bool:
    return reading.quote.kind == "indirect"


def stands_in(text: str, span: Span) -> bool:
    return text[span.start : span.end] == span.text


class Shelf(Generic[Thing]):
    """Things by the words that they are about, to find those of overlapping words."""

    def __init__(self, things: Iterable[tuple[Words, Thing]]) -> None:
        """Put things on the shelf."""
        self._things: list[tuple[Words, Thing]] = []
        self._by_stretch: dict[int, list[int]] = defaultdict(list)
        for words, thing in things:
            self.add(words, thing)

    def add(self, words: Words, thing: Thing) -> None:
        for stretch in list_stretches(words):
            self._by_stretch[stretch].append(len(self._things))
        self._things.append((words, thing))

    def find(self, words: Words) -> list[Thing]:
        numbers = {one for stretch in list_stretches(words) for one in self._by_stretch.get(stretch, ())}
        return [
            thing
            for number in sorted(numbers)
            for theirs, thing in (self._things[number],)
            if compare_words(words, theirs)[0] > 0
        ]


def list_stretches(words: Words) -> Collection[int]:
    return {stretch for span in words for stretch in range(span.start // STRETCH, span.end // STRETCH + 1)}


def name_corrections(
    placements: Sequence[Placement], moved: Sequence[Reading], found: Sequence[Reading]
) -> Iterator[str]:
    """The ids that corrections get: those of their quotes; another if words that are gone had that of one."""
    taken = {reading.id for reading in found}
    taken |= {reading.id for one, reading in zip(placements, moved, strict=True) if not one.unplaced}
    for placement, reading in zip(placements, moved, strict=True):
        name: str = placement.row.quote_id if placement.unplaced else reading.id
        while placement.unplaced and name in taken:
            name = "q" + digest_identity(f"{name}\0{placement.row.corrected_at.isoformat()}")
        taken.add(name)
        yield name
