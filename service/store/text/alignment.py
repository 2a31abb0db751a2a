"""Where words of an earlier text stand in a later one, though words before, behind or among them were edited.

Runs of words that both texts have exactly once tell how far places have moved (as in patience diff); between
two such runs the words themselves are looked for.  Time is linear in the length of the texts, but for a sort.
"""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from difflib import Match, SequenceMatcher

from service.extractor import Span

WORD = re.compile(r"\w+")
# So many words in a row tell where they stand.
RUN = 4
# Words of which at least this share is still there, in their order, are the same words edited.
ALIKE = 0.6
# So many words between two parts are others than those that an editor adds to a quote.
GAP = 3
# Of longer spans the two ends are sought, so that the time to compare words is bounded.
LONGEST = 120


class Alignment:
    """Two texts side by side."""

    def __init__(self, old: str, new: str) -> None:
        """Align a new text with an old one."""
        self._old, self._new = old, new
        anchors = [(0, 0), *find_anchors(old, new), (len(old), len(new))]
        self._olds = [place for place, _ in anchors]
        self._news = [place for _, place in anchors]

    def find(self, span: Span) -> tuple[Span, ...]:
        """Where the words of a span of the old text stand in the new one, in parts if others came between.

        Nowhere if they are gone.
        """
        if not span.text.strip():
            return ()
        before = bisect_right(self._olds, span.start) - 1
        behind = bisect_left(self._olds, span.end, lo=before + 1)
        behind = min(behind, len(self._olds) - 1)
        window = (self._news[before], self._news[behind])
        expected = (
            window[0] + span.start - self._olds[before],
            window[1] - (self._olds[behind] - span.start),
        )
        found = find_nearest(span.text, self._new, window, expected)
        if found is None and self._may_have_moved(span.text):
            found = find_nearest(span.text, self._new, (0, len(self._new)), expected)
        return (found,) if found else find_alike(span, self._new, window, expected)

    def _may_have_moved(self, words: str) -> bool:
        """Whether the new text has these words as often: else they may be those of another place."""
        return len(find_whole(words, self._new)) >= len(find_whole(words, self._old))


def find_anchors(old: str, new: str) -> list[tuple[int, int]]:
    """The places of runs of words that each text has once, in the order of both."""
    places = find_single_runs(new)
    pairs = [(place, places[run]) for run, place in find_single_runs(old).items() if run in places]
    return keep_ascending(pairs)


def find_single_runs(text: str) -> dict[tuple[str, ...], int]:
    words = [(match[0], match.start()) for match in WORD.finditer(text)]
    runs = [tuple(word for word, _ in words[at : at + RUN]) for at in range(len(words) - RUN + 1)]
    times = Counter(runs)
    return {run: place for run, (_, place) in zip(runs, words, strict=False) if times[run] == 1}


def keep_ascending(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest part of pairs, ordered by their first, in which the second ascends too."""
    ends: list[int] = []  # the smallest end of a row of each length
    at: list[int] = []
    previous: list[int] = []
    for number, (_, place) in enumerate(pairs):
        length = bisect_left(ends, place)
        previous.append(at[length - 1] if length else -1)
        ends[length : length + 1] = [place]
        at[length : length + 1] = [number]
    kept = []
    number = at[-1] if at else -1
    while number >= 0:
        kept.append(pairs[number])
        number = previous[number]
    return kept[::-1]


def find_nearest(words: str, text: str, window: tuple[int, int], expected: Sequence[int]) -> Span | None:
    """The words as they are, as whole words, in a window of a text, nearest to one of some places."""
    starts = find_whole(words, text, window)
    if not starts:
        return None
    start = min(starts, key=lambda start: min(abs(start - place) for place in expected))
    return Span(start, start + len(words), words)


def find_whole(words: str, text: str, window: tuple[int, int] | None = None) -> list[int]:
    """Where these words begin in a text, with no word cut at either end."""
    start, end = window or (0, len(text))
    found = []
    while (start := text.find(words, start, end)) >= 0:
        if is_whole(text, start, start + len(words)):
            found.append(start)
        start += len(words)
    return found


def is_whole(text: str, start: int, end: int) -> bool:
    """Whether no word is cut at either end of a span."""
    return not any(
        0 < place < len(text) and is_word(text[place - 1]) and is_word(text[place]) for place in (start, end)
    )


def is_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def find_alike(span: Span, text: str, window: tuple[int, int], expected: tuple[int, int]) -> tuple[Span, ...]:
    """The words as they were edited, in a window of a text."""
    wanted = list(WORD.finditer(span.text))
    if len(wanted) > LONGEST:
        return find_ends_alike(span, text, window, expected)
    reach = len(span.text) + 40
    start = max(window[0], min(expected) - reach)
    end = min(window[1], max(expected) + len(span.text) + reach, start + 4 * reach)
    there = list(WORD.finditer(text, start, end))
    words, others = ([match[0] for match in matches] for matches in (wanted, there))
    blocks = SequenceMatcher(None, words, others, autojunk=False).get_matching_blocks()[:-1]
    parts = [part for part in part_at_gaps(blocks) if len(wanted) < RUN or count_words(part) > 1]
    if not parts or sum(map(count_words, parts)) < ALIKE * len(wanted):
        return ()
    ends = [(there[part[0].b].start(), there[part[-1].b + part[-1].size - 1].end()) for part in parts]
    return tuple(Span(start, end, text[start:end]) for start, end in ends)


def part_at_gaps(blocks: Sequence[Match]) -> list[list[Match]]:
    """Blocks of equal words in parts between which too much was put to be an edit of the words."""
    parts: list[list[Match]] = []
    end = 0
    for block in blocks:
        if not parts or block.b - end > GAP:
            parts.append([])
        parts[-1].append(block)
        end = block.b + block.size
    return parts


def count_words(blocks: Sequence[Match]) -> int:
    return sum(block.size for block in blocks)


def find_ends_alike(
    span: Span, text: str, window: tuple[int, int], expected: tuple[int, int]
) -> tuple[Span, ...]:
    words = list(WORD.finditer(span.text))
    middle = words[LONGEST].start(), words[-LONGEST].start()
    first = Span(span.start, span.start + middle[0], span.text[: middle[0]])
    last = Span(span.start + middle[1], span.end, span.text[middle[1] :])
    begun = find_alike(first, text, window, expected)
    ended = find_alike(last, text, window, (expected[0] + middle[1], expected[1] + middle[1]))
    if not begun or not ended or ended[-1].end <= begun[0].start:
        return ()
    start, end = begun[0].start, ended[-1].end
    return (Span(start, end, text[start:end]),)
