"""Reads a text that is all in capitals as if it had been written in small letters and names.

Known limitation: a noun that no list holds is written like a name ("the Pier").
"""

import re

from service.extractor.language import Language
from service.extractor.tags import NOUN_OR_MODIFIER

# Small letters in a row: a text in capitals has two at most ("McKENZIE").
_SMALL = re.compile(r"[a-zß-ÿ]{3}")
_WORD = re.compile(r"[^\W\d_]+(?:[.&-][^\W\d_]+)*")
_OPENS_SENTENCE = re.compile(r"(?:^|[.!?:\n]|[,:.!?] ?[\"“‘'])\s*[\"“‘'(]?$")
_OPENER_REACH = 6
_SMALL_ENDINGS = ("ed", "ing", "ly", "tion", "tions", "ment", "ments", "ness", "ity", "ities")
_APOSTROPHES = ("'", "’")
_SHORT = frozenset(("S", "T", "D", "M", "LL", "RE", "VE"))
_MC_AT_LEAST = 3


def is_in_capitals(text: str) -> bool:
    """Whether a text has words, and all of them are in capitals."""
    return _SMALL.search(text) is None and text.upper() == text != text.lower()


def write_small(text: str, language: Language) -> str:
    """The text with its words in small letters, but for names; its length stays the same."""
    pieces: list[str] = []
    done = 0
    named = False
    for match in _WORD.finditer(text):
        start, end = match.span()
        word = match.group()
        written = _write(word, text[end : end + 1], named=named, language=language)
        if text[start - 1 : start] in _APOSTROPHES and word in _SHORT:
            written = word.lower()
        named = written[0].isupper() and text[end : end + 1] == " "
        if written[0].islower() and _OPENS_SENTENCE.search(text[max(0, start - _OPENER_REACH) : start]):
            written = written[:1].upper() + written[1:]
        if len(written) == len(word):
            pieces += text[done:start], written
            done = end
    return "".join((*pieces, text[done:]))


def _write(word: str, after: str, *, named: bool, language: Language) -> str:
    """A word as it is written inside a sentence, `named` if a name stands before it."""
    lower = word.lower()
    if word == "I" or "." in word or (len(word) == 1 and after == "."):
        return word
    tag = language.tags.get(lower, "")
    if (lower in language.given_names or named) and (not tag or tag in NOUN_OR_MODIFIER):
        return _write_name(word)
    if word in language.organisation_names:
        return word
    return lower if tag or lower.endswith(_SMALL_ENDINGS) else _write_name(word)


def _write_name(word: str) -> str:
    return f"Mc{word[2:].title()}" if word.startswith("MC") and len(word) > _MC_AT_LEAST else word.title()
