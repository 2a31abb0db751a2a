"""Finds what the abbreviations of bodies stand for: in brackets behind the name, or by its initials.

The search backwards from the brackets is that of Schwartz and Hearst (2003), over whole words.
Known limitation: an abbreviation that leaves out a capitalised word of the name is read in brackets only.
"""

import re
from collections.abc import Iterator

from service.extractor.record import record

_IN_BRACKETS = re.compile(
    r"""[ ]\((?:the[ ]|or[ ])?["“‘']{0,2}(?P<letters>[A-Z][A-Za-z&-]{1,9})["”’']{0,2}\)"""
)
_WORD_BEFORE = re.compile(r"[^\s,.;:()]+")
_SMALL = frozenset(("of", "for", "and", "the", "in", "on", "to", "&", "at", "de", "du", "des", "la", "von"))
_REACH = 120


@record
class Abbreviation:
    """Letters in brackets, and where the name that they stand for begins and ends."""

    letters: str
    start: int
    end: int


def find_abbreviations(text: str) -> Iterator[Abbreviation]:
    """The abbreviations that a text explains: "African Fisheries Movement (AFM)"."""
    for match in _IN_BRACKETS.finditer(text):
        letters = match["letters"]
        if sum(map(str.isupper, letters)) < 2:
            continue
        start = _find_start(text, match.start(), letters)
        if start is not None:
            yield Abbreviation(letters, start, match.start())


def _find_start(text: str, end: int, letters: str) -> int | None:
    """Where the name before brackets begins, if its capitals are the letters in them."""
    wanted = [letter for letter in letters if letter.isupper()]
    far = max(text.rfind("\n", max(0, end - _REACH), end) + 1, end - _REACH, 0)
    for word in reversed(list(_WORD_BEFORE.finditer(text, far, end))):
        initials = spell_initials(word.group())
        if not initials:
            if word.group() not in _SMALL:
                return None
            continue
        for initial in reversed(initials):
            if not wanted or wanted.pop() != initial:
                return None
        if not wanted:
            return word.start()
    return None


def spell_initials(name: str) -> str:
    """The first letters of the capitalised words of a name: "Israel Defense Forces" gives "IDF"."""
    return "".join(part[0] for word in name.split() for part in word.split("-") if part[:1].isupper())
