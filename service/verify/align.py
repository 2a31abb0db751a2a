"""Aligns the words of a quotation with the words of a record.

Runs of equal words are found first, then the best chain of them, and what lies between two of a chain is
aligned word by word.  Every step is bounded: the work grows with the lengths, not with their product.
"""

from collections.abc import Sequence
from typing import NamedTuple

from service.verify.normalise import GivenQuotation, Record

# Runs do not begin at a word that the record has more often; they go on over it.
COMMON = 64
RUNS = 160
# A word alone begins no run if the record has it more often than this, unless it stands beside nothing else.
RARE = 6
# The most pairs of words between two runs that are compared one by one.
CELLS = 3_000
# A cut costs as much as so many words, however long it is.
CUT_COST = 2.0
SHORT_GAP = 6


class Run(NamedTuple):
    """Equal words: where they begin in the quotation and in the record, and how many they are."""

    given: int
    said: int
    length: int


class AlignedPair(NamedTuple):
    """A word of the quotation beside a word of the record; None where one of the two has none."""

    given: int | None
    said: int | None
    equal: bool


def align(quotation: GivenQuotation, record: Record) -> list[AlignedPair]:
    """Align a quotation with the part of a record that is nearest to it; empty if they share nothing."""
    forms = quotation.forms
    exact = find_exactly(forms, record)
    if exact is not None:
        return [AlignedPair(place, exact + place, True) for place in range(len(forms))]
    chain = find_chain(find_runs(forms, record), quotation.cuts)
    if not chain:
        return []
    return fill(chain, forms, record.forms)


def find_exactly(forms: Sequence[str], record: Record) -> int | None:
    """Where the words stand in a row."""
    at = record.joined.find(f" {' '.join(forms)} ") if forms else -1
    return None if at < 0 else record.joined.count(" ", 0, at + 1) - 1


def find_runs(forms: Sequence[str], record: Record) -> list[Run]:
    """The longest runs of equal words; a common word alone is none."""
    said = record.forms
    runs = []
    for given, form in enumerate(forms):
        places = record.places.get(form, ())
        if len(places) > COMMON:
            continue
        before = forms[given - 1] if given else None
        for place in places:
            if (
                given
                and place
                and said[place - 1] == before
                and len(record.places[said[place - 1]]) <= COMMON
            ):
                continue
            length = 1
            limit = min(len(forms) - given, len(said) - place)
            while length < limit and forms[given + length] == said[place + length]:
                length += 1
            if length > 1 or len(places) <= RARE:
                runs.append(Run(given, place, length))
    runs.sort(key=lambda run: (-run.length, run.given, run.said))
    return sorted(runs[:RUNS])


def find_chain(runs: Sequence[Run], cuts: frozenset[int]) -> list[Run]:
    """The chain of runs, in order in both, with the most words for the least cuts.

    Of two runs that overlap the second counts from where the first ends.
    """
    best: list[float] = []
    links: list[tuple[int, int]] = []
    for number, run in enumerate(runs):
        most, link = run.length * 1.25, (-1, 0)
        for other in range(number):
            last = runs[other]
            gap_given = run.given - last.given - last.length
            gap_said = run.said - last.said - last.length
            overlap = -min(gap_given, gap_said, 0)
            if overlap >= run.length:
                continue
            cost = count_gap(gap_given + overlap, gap_said + overlap, run.given + overlap in cuts)
            score = best[other] - cost + (run.length - overlap) * 1.25
            if score > most:
                most, link = score, (other, overlap)
        best.append(most - 0.25)
        links.append(link)
    chain: list[Run] = []
    at = max(range(len(runs)), key=best.__getitem__, default=-1)
    while at >= 0:
        before, overlap = links[at]
        run = runs[at]
        chain.append(Run(run.given + overlap, run.said + overlap, run.length - overlap))
        at = before
    return chain[::-1]


def count_gap(given: int, said: int, is_cut: bool) -> float:
    """The cost of what lies between two runs."""
    if is_cut:
        return 0.2 * given
    return 0.2 * given + min(0.25 * abs(said - given), CUT_COST)


def fill(chain: Sequence[Run], forms: Sequence[str], said: Sequence[str]) -> list[AlignedPair]:
    """Align what lies between the runs of a chain, and before and behind it."""
    first, last = chain[0], chain[-1]
    lead = max(first.said - first.given - 2, 0)
    steps = trim(fill_gap(forms, said, (0, first.given), (lead, first.said)))
    for place, run in enumerate(chain):
        steps += [AlignedPair(run.given + at, run.said + at, True) for at in range(run.length)]
        if run is not last:
            after = chain[place + 1]
            gap = (run.given + run.length, after.given), (run.said + run.length, after.said)
            steps += fill_gap(forms, said, *gap)
    given, place = last.given + last.length, last.said + last.length
    end = min(len(said), place + len(forms) - given + 2)
    tail = fill_gap(forms, said, (given, len(forms)), (place, end))
    return steps + trim(tail[::-1])[::-1]


def trim(steps: list[AlignedPair]) -> list[AlignedPair]:
    """Leave out the words of the record before the first that stands beside one of the quotation."""
    start = next((at for at, step in enumerate(steps) if step.given is not None), len(steps))
    return steps[start:]


def fill_gap(
    forms: Sequence[str], said: Sequence[str], given: tuple[int, int], there: tuple[int, int]
) -> list[AlignedPair]:
    """Align two short rows of words with the fewest changes; those of a long gap are changed one by one."""
    rows, columns = given[1] - given[0], there[1] - there[0]
    if not rows:
        return [AlignedPair(None, place, False) for place in range(*there)]
    if not columns:
        return [AlignedPair(place, None, False) for place in range(*given)]
    if rows * columns > CELLS:
        return fill_gap(forms, said, given, (there[0], there[0])) + fill_gap(forms, said, (0, 0), there)
    return walk_back(
        count_changes(forms[slice(*given)], said[slice(*there)]), forms, said, given[0], there[0]
    )


def count_changes(forms: Sequence[str], said: Sequence[str]) -> list[list[int]]:
    """Count the changes between the first words of both rows, for each number of them.

    A word put in the place of another counts a little less than one left out and one added.
    """
    table = [[2 * place for place in range(len(said) + 1)]]
    for number, form in enumerate(forms):
        above = table[-1]
        row = [2 * (number + 1)]
        for place, other in enumerate(said):
            row.append(min(above[place] + (0 if form == other else 3), above[place + 1] + 2, row[place] + 2))
        table.append(row)
    return table


def walk_back(
    table: list[list[int]], forms: Sequence[str], said: Sequence[str], given: int, there: int
) -> list[AlignedPair]:
    """Read the steps with the fewest changes from their counts."""
    row, column = len(table) - 1, len(table[0]) - 1
    steps: list[AlignedPair] = []
    while row or column:
        if row and column:
            equal = forms[given + row - 1] == said[there + column - 1]
            if table[row][column] == table[row - 1][column - 1] + (0 if equal else 3):
                row, column = row - 1, column - 1
                steps.append(AlignedPair(given + row, there + column, equal))
                continue
        if row and table[row][column] == table[row - 1][column] + 2:
            row -= 1
            steps.append(AlignedPair(given + row, None, False))
        else:
            column -= 1
            steps.append(AlignedPair(None, there + column, False))
    return steps[::-1]
