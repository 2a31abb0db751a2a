"""Pairs quotation marks.  One odd mark costs its paragraph at most, never the article.

Known limitations:
1. Single marks are read as main marks only in an article that has hardly any double ones; elsewhere they
   count where they stand outside double marks and open and close within one paragraph.
2. A plural possessive inside single marks ("the players' union") closes the passage if no later mark can.
"""

import re
from bisect import bisect_right
from dataclasses import replace

from service.extractor.record import record


@record
class Passage:
    """Anything between quotation marks.

    `start` and `end` bound the words, `outer_start` and `outer_end` the marks as well.  `opened` says that it
    goes on from the paragraph before, `continues` that the next paragraph goes on with it.
    """

    start: int
    end: int
    outer_start: int
    outer_end: int
    paragraph: int
    opened: bool = False
    continues: bool = False
    single: bool = False


# Each begins with characters and nothing optional, so that the search runs to the next of them.
_DOUBLE = re.compile(r"[\"“”«»]|'''?|``")
_SINGLE = re.compile(r"['‘](?:(?<=‘)|(?<![^\W_].)|(?![^\W_]))")  # no apostrophe inside a word
_BEFORE_CLOSER = frozenset(".,!?…)]*%-")
_ELISION = re.compile(r"['‘](?:tis|twas|em|til|cause|cos|n|round|bout|[0-9]0s)\b", re.IGNORECASE)
_LEFT = frozenset(" \n([{-–—/>|")
_RIGHT = frozenset(" \n)]}-–—/<|.,;:!?…")
_WORD = re.compile(r"\w")
_TRIM = " \n,"
_INDENT_AT_MOST = 40


def find_passages(text: str, paragraphs: list[tuple[int, int]]) -> list[Passage]:
    """The passages of normalised text, in order, none inside another."""
    marks = [(m.start(), m.end()) for m in _DOUBLE.finditer(text)]
    starts = [start for start, _ in paragraphs]
    singles = _single_marks(text)
    if 2 * len(marks) < len(singles) or (marks and singles and _inside_singles(text, marks, singles)):
        return _pair_single(text, singles, paragraphs, starts, main=True)
    passages = _pair_double(text, marks, paragraphs, starts)
    if singles:
        passages = _with_singles(text, passages, singles, paragraphs, starts)
    return passages


def _inside_singles(text: str, marks: list[tuple[int, int]], singles: list[int]) -> bool:
    """Whether every double mark stands between a single opener and a single closer of its own line."""
    if len(marks) > len(singles):
        return False
    for left, right in marks:
        at = bisect_right(singles, left)
        if at == 0 or at == len(singles) or not _opens(text, singles[at - 1]) or _opens(text, singles[at]):
            return False
        if "\n" in text[singles[at - 1] : right]:
            return False
    return True


def _pair_double(
    text: str, marks: list[tuple[int, int]], paragraphs: list[tuple[int, int]], starts: list[int]
) -> list[Passage]:
    passages: list[Passage] = []
    by_paragraph: dict[int, list[tuple[int, int]]] = {}
    for mark in marks:
        by_paragraph.setdefault(bisect_right(starts, mark[0]) - 1, []).append(mark)
    running = False
    for paragraph, here in by_paragraph.items():
        start, end = paragraphs[paragraph]
        opened = running and _first_is_opener(text, here[0], start)
        found, is_open = _pair_paragraph(text, here, (start, end), paragraph, opened)
        running = is_open and _next_opens(text, paragraphs, paragraph, by_paragraph)
        running = running and _mark_continued(found, end)
        passages.extend(found)
    return passages


def _mark_continued(found: list[Passage], end: int) -> bool:
    """Note that the last passage goes on in the next paragraph, if it reaches the end of its own."""
    if not found or found[-1].outer_end != end:
        return False
    found[-1] = replace(found[-1], continues=True)
    return True


def _first_is_opener(text: str, mark: tuple[int, int], start: int) -> bool:
    return (
        not text[start : min(mark[0], start + _INDENT_AT_MOST)].strip() and mark[0] - start < _INDENT_AT_MOST
    )


def _next_opens(
    text: str,
    paragraphs: list[tuple[int, int]],
    paragraph: int,
    by_paragraph: dict[int, list[tuple[int, int]]],
) -> bool:
    following = by_paragraph.get(paragraph + 1)
    if not following:
        return False
    return _first_is_opener(text, following[0], paragraphs[paragraph + 1][0])


def _pair_paragraph(
    text: str, marks: list[tuple[int, int]], bounds: tuple[int, int], paragraph: int, opened: bool
) -> tuple[list[Passage], bool]:
    """The passages of one paragraph, and whether the last one is still open at its end."""
    start, end = bounds
    while start < end and text[start] in " \n":
        start += 1
    found: list[Passage] = []
    open_at: tuple[int, int] | None = None
    for position, (left, right) in enumerate(marks):
        role = _role(text, left, right, start, end, open_at is not None)
        if role == "open":
            if open_at is not None:
                _append(found, text, open_at, (left, left), paragraph, opened and not found)
            open_at = (left, right)
        elif role == "close" and open_at is not None:
            _append(found, text, open_at, (left, right), paragraph, opened and not found)
            open_at = None
        elif role == "close" and position == 0 and text[left - 1] in ",.!?" and left > start:
            _append(found, text, (start, start), (left, right), paragraph, opened=False)
    if open_at is None:
        return found, False
    _append(found, text, open_at, (end, end), paragraph, opened and not found)
    return found, True


def _role(text: str, left: int, right: int, start: int, end: int, is_open: bool) -> str:
    """Whether a mark opens, closes or says nothing, by its character, its neighbours and the state."""
    before = text[left - 1] if left > start else " "
    after = text[right] if right < end else " "
    mark = text[left]
    if not is_open and (right - left == 3 or left == start):
        return "open"
    opens = before in _LEFT and after not in _RIGHT
    closes = before not in _LEFT and after in _RIGHT
    if before.isdigit() and mark == '"' and not is_open:
        return "none"
    if mark in "“«`":
        return "close" if is_open and closes else "open"
    if mark in "”»":
        return "open" if opens and not is_open else "close"
    if opens and not (is_open and after in "'"):
        return "open"
    if closes:
        return "close"
    return "close" if is_open else "open"


def _append(
    found: list[Passage],
    text: str,
    opener: tuple[int, int],
    closer: tuple[int, int],
    paragraph: int,
    opened: bool,
    single: bool = False,
) -> None:
    start, end = opener[1], closer[0]
    while start < end and text[start] in _TRIM:
        start += 1
    while end > start and text[end - 1] in _TRIM:
        end -= 1
    if end > start and _WORD.search(text, start, end):
        found.append(Passage(start, end, opener[0], closer[1], paragraph, opened, single=single))


def _single_marks(text: str) -> list[int]:
    """Single marks that are no apostrophes: before a word, or behind one and its punctuation."""
    return [m.start() for m in _SINGLE.finditer(text) if _is_mark(text, m.start())]


def _is_mark(text: str, at: int) -> bool:
    if text[at] == "'":
        before, after = text[at - 1 : at], text[at + 1 : at + 2]
        if before == "'" or after == "'":
            return False
        opens = not (before.isalnum() or before in "_.") or not before
        if not (opens and after and after not in _RIGHT) and not (
            (before.isalnum() or before in _BEFORE_CLOSER) and not after.isalnum()
        ):
            return False
    return not _ELISION.match(text, at)


def _pair_single(
    text: str, marks: list[int], paragraphs: list[tuple[int, int]], starts: list[int], *, main: bool
) -> list[Passage]:
    found: list[Passage] = []
    by_paragraph: dict[int, list[int]] = {}
    for mark in marks:
        by_paragraph.setdefault(bisect_right(starts, mark) - 1, []).append(mark)
    running = False
    for paragraph, here in by_paragraph.items():
        end = paragraphs[paragraph][1]
        here_found, still_open = _pair_single_paragraph(text, here, paragraph, running)
        running = False
        if still_open is not None and main:
            following = by_paragraph.get(paragraph + 1)
            if (
                following
                and _opens(text, following[0])
                and not text[paragraphs[paragraph + 1][0] : following[0]].strip()
            ):
                opener, closer = (still_open, still_open + 1), (end, end)
                _append(here_found, text, opener, closer, paragraph, opened=False, single=True)
                running = _mark_continued(here_found, end)
        found.extend(here_found)
    return found


def _opens(text: str, mark: int) -> bool:
    after = text[mark + 1] if mark + 1 < len(text) else " "
    before = text[mark - 1] if mark else " "
    if text[mark] == "‘":
        return after not in _RIGHT
    return not (before.isalnum() or before in "_.,!?…)]*%-") and after not in _RIGHT


def _pair_single_paragraph(
    text: str, marks: list[int], paragraph: int, opened: bool
) -> tuple[list[Passage], int | None]:
    found: list[Passage] = []
    open_at: int | None = None
    depth = 0
    for position, mark in enumerate(marks):
        if _opens(text, mark):
            if open_at is None:
                open_at = mark
            else:
                depth += 1
            continue
        if open_at is None:
            continue
        if depth:
            depth -= 1
            continue
        if _possessive(text, mark) and _closes_later(text, marks, position):
            continue
        _append(
            found,
            text,
            (open_at, open_at + 1),
            (mark, mark + 1),
            paragraph,
            opened and not found,
            single=True,
        )
        open_at = None
    return found, open_at


def _possessive(text: str, mark: int) -> bool:
    return (
        text[mark - 1] in "sz"
        and text[mark + 1 : mark + 3].strip()[:1].islower()
        and text[mark + 1 : mark + 2] == " "
    )


def _closes_later(text: str, marks: list[int], position: int) -> bool:
    return position + 1 < len(marks) and not _opens(text, marks[position + 1])


def _with_singles(
    text: str,
    passages: list[Passage],
    marks: list[int],
    paragraphs: list[tuple[int, int]],
    starts: list[int],
) -> list[Passage]:
    """Adds passages in single marks that stand outside the double ones."""
    covers = [p.outer_start for p in passages]

    def outside(mark: int) -> bool:
        at = bisect_right(covers, mark) - 1
        return at < 0 or mark >= passages[at].outer_end

    free = [mark for mark in marks if outside(mark)]
    extra = [
        p
        for p in _pair_single(text, free, paragraphs, starts, main=False)
        if outside(p.outer_start) and bisect_right(covers, p.outer_start) == bisect_right(covers, p.outer_end)
    ]
    return sorted([*passages, *extra], key=lambda p: p.start) if extra else passages
