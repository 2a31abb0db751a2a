"""Finds the lines that are no running text: headlines in title case, credits of pictures, bylines.

Known limitation: a headline in sentence case is read as a sentence.
"""

import re
from bisect import bisect_right
from collections.abc import Set

from service.extractor.language import Language

_LONGEST = 180
_SHORTEST_TITLE = 4
_SMALL = 3
_LONGEST_CREDIT = 110
_LONGEST_BYLINE = 90
_LONGER_IN_LOWER_CASE = re.compile(r"""(?<![^\s(“‘"'])[a-z][\w'-]{3}""")
_LONGER_CAPITALISED = re.compile(r"(?<!\S)[^\W\d_a-z]\S{3}")
_MAY_BE_CREDIT = re.compile(
    r"[/:]|[Cc]ourtesy|[Pp]hoto| via |Getty|Alamy|stock|Flickr|(?:media|Features|wire|Press)\b"
)
_LINE = re.compile(r"[^\n]+")
_BYLINE = re.compile(r"\s*(?:By|BY|Words by|Report by|Story by)[ :]\s*[A-Z]")


class Layout:
    """Where the headlines, credits and bylines of an article stand."""

    def __init__(self, text: str, language: Language) -> None:
        credits_ = language.settings["credits"]
        self._end = 0
        self._starts: list[int] = []
        self._lines: list[tuple[int, bool]] = []
        for match in _LINE.finditer(text):
            line = match.group()
            if len(line) > _LONGEST:
                continue
            credited = _is_credit(line, credits_)
            if credited or is_title_case(line):
                self._starts.append(match.start())
                self._lines.append((match.end(), credited))
                self._end = match.end()

    @property
    def has_lines(self) -> bool:
        """Whether an article has such lines at all."""
        return bool(self._starts)

    def is_running(self, at: int) -> bool:
        """Whether an offset stands in running text."""
        return at >= self._end or self._kind(at) is None

    def is_headline(self, at: int) -> bool:
        """Whether an offset stands in a line whose every longer word has a capital."""
        return at < self._end and self._kind(at) is False

    def is_credit(self, at: int) -> bool:
        """Whether an offset stands in a picture's credit, or in a byline."""
        return at < self._end and self._kind(at) is True

    def _kind(self, at: int) -> bool | None:
        index = bisect_right(self._starts, at) - 1
        if index < 0 or at >= self._lines[index][0]:
            return None
        return self._lines[index][1]


def _is_credit(line: str, credits_: Set[str]) -> bool:
    if len(line) <= _LONGEST_BYLINE and _BYLINE.match(line) and is_title_case(line, shortest=3):
        return True
    if len(line) > _LONGEST_CREDIT or not _MAY_BE_CREDIT.search(line):
        return False
    lower = line.lower()
    return any(words in lower for words in credits_)


def is_title_case(line: str, shortest: int = _SHORTEST_TITLE) -> bool:
    """Whether a line writes its words with capitals, small ones apart: "Council Scraps Tram to the Sea"."""
    if _LONGER_IN_LOWER_CASE.search(line):
        return False
    return line.count(" ") >= shortest - 1 and len(_LONGER_CAPITALISED.findall(line)) > 1
