"""Compiles patterns over shapes, which are written in the names of tags: `<say|say_base> <adverb>* <np>`."""

import re
from collections.abc import Mapping

import regex

from service.extractor import tags
from service.extractor.tags import Tags

_WORDS = re.compile(r"(?<!\?P)<(?P<other>\^?)(?P<words>[a-z_|]+)>")
# What Python 3.11 up to 3.11.4 matches wrongly: gh-106052 in its list of issues.
_POSSESSIVE_GROUP = re.compile(r"\)[*+?]\+")
_NO_PARTS: Mapping[str, str] = {}


def pattern(words: str, parts: Mapping[str, str] = _NO_PARTS) -> re.Pattern[str]:
    """Compile a verbose regular expression whose letters are words between angle brackets.

    `<say|finite>` is a token of any of these tags and sets, `<^stop>` one of any others.  A name among
    `parts` stands for a longer pattern.  Raises ValueError for a possessive group: see `regex_pattern`.
    """
    letters = spell(words, parts)
    if _POSSESSIVE_GROUP.search(letters):
        raise ValueError(f"a possessive group, which needs regex_pattern: {letters}")
    return re.compile(letters, re.VERBOSE)


def regex_pattern(
    words: str, parts: Mapping[str, str] = _NO_PARTS, *, backwards: bool = False
) -> "regex.Pattern[str]":
    """Compile what the standard library cannot match, from right to left, or not well: possessive groups."""
    return regex.compile(spell(words, parts), regex.VERBOSE | (regex.REVERSE if backwards else 0))


def spell(words: str, parts: Mapping[str, str] = _NO_PARTS) -> str:
    """The same expression in letters."""

    def spell_one(match: re.Match[str]) -> str:
        if part := parts.get(match["words"]):
            return f"(?:{spell(part, parts)})"
        named = (getattr(tags, word.upper()) for word in match["words"].split("|"))
        letters = sorted(Tags(*named))
        return f"[{match['other']}{re.escape(''.join(letters))}]"

    return _WORDS.sub(spell_one, words)
