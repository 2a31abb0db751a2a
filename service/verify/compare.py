"""Compares a quotation with one record word by word, and says how the two differ."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from service.extractor import Span
from service.verify.align import AlignedPair, align
from service.verify.normalise import GivenQuotation, Record

DifferenceKind = Literal["kept", "changed", "missing", "added"]
Verdict = Literal["exact", "altered", "joined", "partial", "not_said", "absent"]

# Below it the words of a record are not those of the quotation.
ALIKE = 0.6
# The least at which a record is worth showing beside a quotation.
NEAR = 0.3
# However many words are left out at one place, they count as no more than this.
GAP_WORDS = 3
# So many words of a record an editor's brackets may stand for.
BRACKETED_WORDS = 8
# Pieces of two records are no coincidence from so many words on.
PIECE_WORDS = 4
JOINED_SHARE = 0.8


@dataclass(frozen=True, slots=True)
class Difference:
    """Words of the quotation beside words of the record; `editorial` if an editor's sign accounts for them.

    `given` is a stretch of the quotation, `said` of the article.
    """

    kind: DifferenceKind
    given: Span | None
    said: Span | None
    editorial: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a quotation differs from a record; `place` is where the words stand, `[start, end)`."""

    verdict: Verdict
    similarity: float
    place: tuple[int, int] | None
    steps: tuple[AlignedPair, ...]
    marks: tuple[bool, ...]  # for each step whether it is editorial


NOTHING = Comparison("absent", 0.0, None, (), ())


def compare(quotation: GivenQuotation, record: Record) -> Comparison:
    """Compare a quotation with a record, or with the part of it that is nearest."""
    steps = align(quotation, record)
    if not any(step.equal for step in steps):
        return NOTHING
    marks = mark_editorial(steps, quotation)
    kept = sum(step.equal for step in steps)
    counted = [step for step, mark in zip(steps, marks, strict=True) if not mark and not step.equal]
    wrong = sum(step.given is not None for step in counted)
    gaps = list(measure_gaps(steps, marks))
    similarity = kept / (kept + wrong + sum(min(gap, GAP_WORDS) for gap in gaps))
    there = [step.said for step in steps if step.said is not None]
    place = record.words[there[0]].start, record.words[there[-1]].end
    verdict = judge(similarity, wrong, len(gaps), count_pieces(steps), kept)
    return Comparison(verdict, similarity, place, tuple(steps), tuple(marks))


def judge(similarity: float, wrong: int, gaps: int, pieces: int, kept: int) -> Verdict:
    """The verdict on words that stand in one record."""
    if similarity < ALIKE or kept < 2 * pieces - 1:
        return "absent"
    if wrong:
        return "altered"
    return "partial" if gaps else "exact"


def mark_editorial(steps: Sequence[AlignedPair], quotation: GivenQuotation) -> list[bool]:
    """Whether an ellipsis or an editor's brackets account for each step that is not equal."""
    marks: list[bool] = []
    following = len(quotation.words)
    nexts = []
    for step in reversed(steps):
        following = following if step.given is None else step.given
        nexts.append(following)
    nexts.reverse()
    for equal, group in groupby(range(len(steps)), key=lambda at: steps[at].equal):
        places = list(group)
        if equal:
            marks += [False] * len(places)
            continue
        given = [steps[at].given for at in places]
        bracketed = any(one in quotation.edited for one in given)
        after = nexts[places[-1]] + (steps[places[-1]].given is not None)
        is_cut = any(place in quotation.cuts for place in range(nexts[places[0]], after + 1))
        left = BRACKETED_WORDS if bracketed else 0
        for at in places:
            word = steps[at].given
            if word is not None:
                marks.append(word in quotation.edited)
                continue
            left -= 1
            marks.append(is_cut or left >= 0)
    return marks


def measure_gaps(steps: Sequence[AlignedPair], marks: Sequence[bool]) -> Iterator[int]:
    """The numbers of words left out, with no sign of it, at each place."""
    pairs = zip(steps, marks, strict=True)
    for is_missing, group in groupby(pairs, key=lambda pair: pair[0].given is None and not pair[1]):
        if is_missing:
            yield len(list(group))


def count_pieces(steps: Sequence[AlignedPair]) -> int:
    """Into how many pieces what was left out parts the words."""
    parts = groupby(step.given is None for step in steps)
    return sum(not is_missing for is_missing, _ in parts)


def list_differences(comparison: Comparison, quotation: GivenQuotation, record: Record) -> list[Difference]:
    """The words of both, in order, by how they differ."""
    differences = []
    pairs = zip(comparison.steps, comparison.marks, strict=True)
    for (kind, _, editorial), group in groupby(pairs, key=lambda pair: (*name_kind(pair[0]), pair[1])):
        steps = [step for step, _ in group]
        given = [quotation.words[step.given] for step in steps if step.given is not None]
        said = [record.words[step.said] for step in steps if step.said is not None]
        start, end = (given[0].start, given[-1].end) if given else (0, 0)
        differences.append(
            Difference(
                kind,
                Span(start, end, quotation.text[start:end]) if given else None,
                record.cut(said[0].start, said[-1].end) if said else None,
                editorial,
            )
        )
    return differences


def name_kind(step: AlignedPair) -> tuple[DifferenceKind, int]:
    """The kind of a step, and the distance between two places that are equal: it is one along a piece."""
    if step.given is None:
        return "missing", 0
    if step.said is None:
        return "added", 0
    return ("kept", step.said - step.given) if step.equal else ("changed", 0)


def find_joined(quotation: GivenQuotation, comparisons: Sequence[Comparison]) -> tuple[int, int] | None:
    """The two records of whose pieces nearly all of a quotation is put together."""
    wanted = len(quotation.words) - len(quotation.edited)
    covered = [cover(one) for one in comparisons]
    if not covered:
        return None
    first = max(range(len(covered)), key=lambda at: len(covered[at]))
    rest = [len(words - covered[first]) for words in covered]
    second = max(range(len(covered)), key=rest.__getitem__)
    both = covered[first] | covered[second]
    if rest[second] < PIECE_WORDS or len(covered[first] - covered[second]) < PIECE_WORDS:
        return None
    return (first, second) if len(both) >= JOINED_SHARE * wanted else None


def cover(comparison: Comparison) -> frozenset[int]:
    """The words of the quotation that stand in a row with others in the record."""
    found: set[int] = set()
    row: list[int] = []
    for step in (*comparison.steps, AlignedPair(None, None, False)):
        if step.equal and step.given is not None:
            row.append(step.given)
            continue
        if len(row) >= PIECE_WORDS - 1:
            found.update(row)
        row = []
    return frozenset(found)


def find_rest(quotation: GivenQuotation, comparison: Comparison) -> list[str]:
    """The longest row of words that a record does not have, if it may be a piece of another."""
    covered = cover(comparison)
    rows: list[list[str]] = [[]]
    for place, form in enumerate(quotation.forms):
        if place in covered:
            rows.append([])
        else:
            rows[-1].append(form)
    longest = max(rows, key=len)
    return longest if len(longest) >= PIECE_WORDS else []


def join(
    quotation: GivenQuotation, first: tuple[Comparison, Record], second: tuple[Comparison, Record]
) -> tuple[Comparison, Record]:
    """Put two comparisons together: each word stands beside that of the record whose piece it is in."""
    (one, record), (other, more) = first, second
    words = (*record.words, *more.words)
    whole = Record((*record.segments, *more.segments), words, (*record.forms, *more.forms), "", {})
    covered = cover(one)
    beside = {step.given: step.said for step in one.steps if step.given in covered}
    covered = cover(other)
    for step in other.steps:
        if step.given in covered and step.said is not None:
            beside.setdefault(step.given, step.said + len(record.words))
    steps = [AlignedPair(given, beside.get(given), given in beside) for given in range(len(quotation.words))]
    marks = tuple(not step.equal and step.given in quotation.edited for step in steps)
    similarity = sum(step.equal for step in steps) / (len(steps) - sum(marks))
    return Comparison("joined", similarity, one.place, tuple(steps), marks), whole
