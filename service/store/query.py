"""The language of `q`: words, "a phrase", -without, begin*; one reading for both databases.

Words stand in any order and all must be there.  A word written with punctuation inside ("twenty-one",
"don't") is a phrase of its parts.  Any text is either such a query or an InvalidQuery that says where.
"""

from dataclasses import dataclass

import regex

from service.store.errors import InvalidQuery
from service.store.words import find_words

MAXIMUM_TERMS = 32
MAXIMUM_LENGTH = 1_000
MINIMUM_PREFIX = 2

MARKS = '"“”„«»'
ITEM = regex.compile(
    rf"""
    (?P<minus> [-−] (?=\S) )?
    (?:
        (?P<opener> [{MARKS}] ) (?P<phrase> [^{MARKS}]* ) (?P<closer> [{MARKS}] )? (?P<star> \* )?
      | (?P<word> [^\s{MARKS}]+ )
    )
    """,
    regex.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Term:
    """Words in a row; with `prefix` the last may go on, with `excluded` they must not be there."""

    words: tuple[str, ...]
    prefix: bool
    excluded: bool


def parse_query(value: str, field: str = "q") -> tuple[Term, ...]:
    """Read a search.  Raises InvalidQuery; the positions are code points of the value."""
    if len(value) > MAXIMUM_LENGTH:
        raise InvalidQuery(field, f"longer than {MAXIMUM_LENGTH} characters", MAXIMUM_LENGTH)
    terms: list[Term] = []
    for item in ITEM.finditer(value):
        term = read_item(item, field)
        if term is not None:
            terms.append(term)
        if len(terms) > MAXIMUM_TERMS:
            raise InvalidQuery(field, f"more than {MAXIMUM_TERMS} words and phrases", item.start())
    if not terms:
        raise InvalidQuery(field, "no word to look for", 0)
    if all(term.excluded for term in terms):
        raise InvalidQuery(field, "only words to leave out; add one to look for", 0)
    return tuple(terms)


def read_item(item: regex.Match[str], field: str) -> Term | None:
    """One term, or None for punctuation alone."""
    if item["opener"] and not item["closer"]:
        raise InvalidQuery(field, "this quotation mark is not closed", item.start("opener"))
    part = "word" if item["opener"] is None else "phrase"
    content = item[part]
    prefix = bool(item["star"])
    if part == "word" and content.endswith("*"):
        content, prefix = content[:-1], True
    if "*" in content:
        at = item.start(part) + content.index("*")
        raise InvalidQuery(field, "* stands at the end of a word or after a phrase, once", at)
    words = tuple(word.folded for word in find_words(content))
    if prefix and (not words or len(words[-1]) < MINIMUM_PREFIX):
        raise InvalidQuery(field, f"* needs {MINIMUM_PREFIX} letters or more before it", item.end() - 1)
    return Term(words, prefix, excluded=bool(item["minus"])) if words else None


def parse_name(value: str, field: str) -> tuple[str, ...]:
    """Read a name or part of one, into beginnings of its words.  Raises InvalidQuery."""
    words = find_words(value[: MAXIMUM_LENGTH + 1])
    if not words:
        raise InvalidQuery(field, "no letter or digit to look for", 0)
    if len(words) > MAXIMUM_TERMS:
        raise InvalidQuery(field, f"more than {MAXIMUM_TERMS} words", words[MAXIMUM_TERMS].start)
    return tuple(word.folded for word in words)
