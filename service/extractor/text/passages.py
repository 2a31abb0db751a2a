"""Pairs quotation marks.  One odd mark costs its paragraph at most, never the article.

Known limitations:
1. Single marks are read as main marks only in an article that has hardly any double ones; elsewhere they
   count where they stand outside double marks and open and close within one paragraph.
2. A plural possessive inside single marks ("the players' union") closes the passage if no later mark can.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
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


_DOUBLE_MARKS = '"“”«»'
_PAIRED_MARKS = ("''", "``", "‘‘")
_DOUBLE = re.compile(rf"[{_DOUBLE_MARKS}]|'''?|``|‘‘")
# No apostrophe inside a word.  The search runs from one to the next most quickly if nothing else is wanted.
_APOSTROPHE = re.compile(r"'(?:(?<![^\W_].)|(?![^\W_]))")
_SINGLE = re.compile(r"['‘](?:(?<=‘)|(?<![^\W_].)|(?![^\W_]))")
_BEFORE_CLOSER = frozenset(".,!?…)]*%-")
_ELISION = re.compile(
    r"""['‘](?:
        (?:tis|twas|twere|em|til|cause|cos|n|neath|round|bout|[0-9]0s)\b
      | (?-i:(?:s|d|m|ll|re|ve)(?=[ ]) | s(?=-[A-Z]) | t(?=[ ][A-Z]))    # Doe 's; 's-Gravenhage; 't Zand
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_CONTRACTED_AND = re.compile(r"[ ]['‘]n'[ ]", re.IGNORECASE)  # rock 'n' roll
_LEFT = frozenset(" \n([{-–—/>|")
_RIGHT = frozenset(" \n)]}-–—/<|.,;:!?…")
_WORD = re.compile(r"\w")
_TRIM = " \n,"
_STRAIGHT_OPENER = re.compile(r"(?<![^ \n(])'(?=\w)")
_SINGLE_CLOSER = re.compile(r"(?<=[,.!?])'(?![\w'])")
_INDENT_AT_MOST = 40
_NESTED_AT_LEAST = 4


def find_passages(text: str, paragraphs: list[tuple[int, int]]) -> list[Passage]:
    """The passages of normalised text, in order, none inside another."""
    marks = _double_marks(text)
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
        if is_open and not running and found:
            found[-1] = _close_with_single(text, found[-1])
        passages.extend(found)
    return passages


def _close_with_single(text: str, passage: Passage) -> Passage:
    """A passage that no double mark closes, up to the single one that may: “We will not move,’"""
    closer = _SINGLE_CLOSER.search(text, passage.start, passage.outer_end)
    if not closer or _single_opener(text, passage.start, closer.start()):
        return passage
    end = closer.start() - (text[closer.start() - 1] == ",")
    return replace(passage, end=end, outer_end=closer.end()) if end > passage.start else passage


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
    inner = _inner_marks(text, marks, start, end)
    for position, (left, right) in enumerate(marks):
        if left in inner:
            continue
        role = _role(text, left, right, start, end, open_at is not None)
        if open_at is not None and open_at[1] == left and text[right : right + 1].isalnum():
            role = "open"
        if role == "open":
            if open_at is not None:
                _append(found, text, open_at, (left, left), paragraph, opened and not found)
            open_at = (left, right)
        elif role == "close" and open_at is not None:
            _append(found, text, open_at, (left, right), paragraph, opened and not found)
            open_at = None
        elif role == "close" and found and found[-1].outer_end == left:
            found[-1] = replace(found[-1], outer_end=right)
        elif role == "close" and position == 0 and text[left - 1] in ",.!?" and left > start:
            opener = _single_opener(text, start, left)
            _append(found, text, opener or (start, start), (left, right), paragraph, opened=False)
    if open_at is None:
        return found, False
    _append(found, text, open_at, (end, end), paragraph, opened and not found)
    return found, True


def _inner_marks(text: str, marks: list[tuple[int, int]], start: int, end: int) -> frozenset[int]:
    """Straight marks inside straight ones, where openers and closers show it: "A "b" c," Doe said."""
    if len(marks) < _NESTED_AT_LEAST or any(text[left] != '"' for left, _ in marks):
        return frozenset()
    inner: list[int] = []
    opened: list[int] = []
    for left, right in marks:
        before = text[left - 1] if left > start else " "
        after = text[right] if right < end else " "
        if before in _LEFT and after not in _RIGHT:
            opened.append(left)
        elif before not in _LEFT and after in _RIGHT and opened:
            opener = opened.pop()
            if opened:
                inner += opener, left
        else:
            return frozenset()
    return frozenset() if opened else frozenset(inner)


def _single_opener(text: str, start: int, closer: int) -> tuple[int, int] | None:
    """The single mark that opens what a double one closes: ‘We will not move,”"""
    at = text.rfind("‘", start, closer)
    if at < 0:
        at = next((m.start() for m in _STRAIGHT_OPENER.finditer(text, start, closer)), -1)
    return (at, at + 1) if at >= 0 else None


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
    if mark in "“«`‘":
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


def _double_marks(text: str) -> list[tuple[int, int]]:
    """Where double marks begin and end; those of one character are found by it, which is soonest done."""
    if any(mark in text for mark in _PAIRED_MARKS):
        return [match.span() for match in _DOUBLE.finditer(text)]
    marks = [at for mark in _DOUBLE_MARKS for at in _find_all(text, mark)]
    return [(at, at + 1) for at in sorted(marks)]


def _find_all(text: str, mark: str) -> Iterator[int]:
    at = text.find(mark)
    while at >= 0:
        yield at
        at = text.find(mark, at + 1)


def _single_marks(text: str) -> list[int]:
    """Single marks that are no apostrophes: before a word, or behind one and its punctuation."""
    pattern = _SINGLE if "‘" in text else _APOSTROPHE
    return [m.start() for m in pattern.finditer(text) if _is_mark(text, m.start())]


def _is_mark(text: str, at: int) -> bool:
    if text[at] == "'":
        before, after = text[at - 1 : at], text[at + 1 : at + 2]
        if before == "'" or after == "'" or _CONTRACTED_AND.match(text, at - 3):
            return False
        opens = not (before.isalnum() or before in "_.") or not before
        if not (opens and after and after not in _RIGHT) and not (
            (before.isalnum() or before in _BEFORE_CLOSER) and not after.isalnum()
        ):
            return False
    elif text[at - 1 : at].isalnum() and text[at + 1 : at + 2].islower():  # Hawai‘i
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
        pairs, unclosed = _pair_single_paragraph(text, here)
        following = by_paragraph.get(paragraph + 1) if main and unclosed is not None else None
        runs_on = (
            following is not None
            and _opens(text, following[0])
            and not text[paragraphs[paragraph + 1][0] : following[0]].strip()
        )
        if runs_on and unclosed is not None:
            pairs = [*(pair for pair in pairs if pair[0] < unclosed), (unclosed, end)]
        here_found: list[Passage] = []
        for opener, closer in pairs:
            bounds = (opener, opener + 1), (closer, min(closer + 1, end))
            _append(here_found, text, *bounds, paragraph, running and not here_found, single=True)
        running = runs_on and _mark_continued(here_found, end)
        found.extend(here_found)
    return found


def _opens(text: str, mark: int) -> bool:
    after = text[mark + 1] if mark + 1 < len(text) else " "
    before = text[mark - 1] if mark else " "
    if text[mark] == "‘":
        return after not in _RIGHT
    return not (before.isalnum() or before in "_.,!?…)]*%-") and after not in _RIGHT


def _pair_single_paragraph(text: str, marks: list[int]) -> tuple[list[tuple[int, int]], int | None]:
    """The outermost pairs of marks, and the first opener that none closes: an apostrophe, or it runs on."""
    pairs: list[tuple[int, int]] = []
    openers: list[int] = []
    for position, mark in enumerate(marks):
        if _opens(text, mark):
            openers.append(mark)
            continue
        if not openers or (
            len(openers) == 1 and _possessive(text, mark) and _closes_later(text, marks, position)
        ):
            continue
        opener = openers.pop()
        while pairs and pairs[-1][0] > opener:
            pairs.pop()
        pairs.append((opener, mark))
    if openers:
        pairs = _leave_inner_apostrophe(text, pairs, openers[-1])
    return pairs, openers[0] if openers else None


def _leave_inner_apostrophe(text: str, pairs: list[tuple[int, int]], unclosed: int) -> list[tuple[int, int]]:
    """Pairs, the next of which may begin at an opener before it: 'It is 'orrible,' she said."""
    following = next((index for index, pair in enumerate(pairs) if pair[0] > unclosed), None)
    if following is None or not _is_led_in(text, unclosed) or _is_led_in(text, pairs[following][0]):
        return pairs
    return [*pairs[:following], (unclosed, pairs[following][1]), *pairs[following + 1 :]]


def _is_led_in(text: str, mark: int) -> bool:
    """Whether a paragraph, a sentence or a clause begins at a mark."""
    before = text[max(0, mark - 3) : mark].rstrip(" ")
    return not before or before[-1] in ".!?:,;\n(–—-"


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
