"""The language of `q`, read in one way for both databases.

    tax cuts            quotes with both words, in any order and in any form: taxes, cutting
    "tax cuts"          with the phrase as it is written; "tax" with this form alone
    tax OR levy         with one or the other
    (tax OR levy) cut*  with one of the two, and a word that begins with "cut"
    tax -cuts           with the first, without the second; also tax NOT cuts, tax -(cuts OR rises)

OR, AND and NOT are operators only in capitals.  A word written with punctuation inside ("twenty-one",
"don't") is a phrase of its parts.  Any text is either such a query or an InvalidQuery that says where.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import regex

from service.store.errors import InvalidQuery
from service.store.text.folding import find_words
from service.store.text.forms import list_forms

MAXIMUM_TERMS = 32
MAXIMUM_LENGTH = 1_000
MAXIMUM_DEPTH = 8
MINIMUM_PREFIX = 2

MARKS = '"“”„«»'
ITEM = regex.compile(
    rf"""
    (?P<minus> [-−] (?=\S) )?
    (?:
        (?P<opener> [{MARKS}] ) (?P<phrase> [^{MARKS}]* ) (?P<closer> [{MARKS}] )? (?P<star> \* )?
      | (?P<bracket> [()] )
      | (?P<word> [^\s{MARKS}()]+ )
    )
    """,
    regex.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Term:
    """Words in sequence; with `prefix` the last may go on, with `excluded` they must be absent.

    `forms` do in place of a single word.
    """

    words: tuple[str, ...]
    prefix: bool
    excluded: bool
    forms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Alternatives:
    """Queries of which at least one must match; with `excluded` none may."""

    queries: tuple["Query", ...]
    excluded: bool = False


# All parts must be found in a quote, save excluded ones; not all are excluded.
Query = tuple[Term | Alternatives, ...]


def parse_query(value: str, field: str = "q") -> Query:
    """Read a search.  Raises InvalidQuery; the positions are code points of the value."""
    if len(value) > MAXIMUM_LENGTH:
        raise InvalidQuery(field, f"longer than {MAXIMUM_LENGTH} characters", MAXIMUM_LENGTH)
    return QueryReader(value, field).read()


def list_terms(query: Query) -> Iterator[Term]:
    """The terms that a found quote may have, in order."""
    for part in query:
        if isinstance(part, Term):
            if not part.excluded:
                yield part
        elif not part.excluded:
            for alternative in part.queries:
                yield from list_terms(alternative)


class QueryReader:
    """Reads one query, an item at a time."""

    def __init__(self, value: str, field: str) -> None:
        self._items = list(ITEM.finditer(value))
        self._at = 0
        self._terms = 0
        self._field = field
        self._end = len(value)

    def read(self) -> Query:
        queries = self._read_alternatives(0)
        while self._at < len(self._items):
            # A bracket that closes nothing is punctuation.
            self._at += 1
            queries = self._join(queries, self._read_alternatives(0))
        if not queries:
            raise InvalidQuery(self._field, "no word to look for", 0)
        return queries[0] if len(queries) == 1 else (Alternatives(tuple(queries)),)

    def _join(self, queries: list[Query], others: list[Query]) -> list[Query]:
        """Join the words after an unopened bracket to those before it."""
        if not queries or not others:
            return queries or others
        return [*queries[:-1], (*queries[-1], *others[0]), *others[1:]]

    def _read_alternatives(self, depth: int) -> list[Query]:
        """Read up to the end or a bracket that closes."""
        queries: list[Query] = []
        alternative: list[Term | Alternatives] = []
        start = self._place()
        while (item := self._peek()) is not None and item["bracket"] != ")":
            if item["word"] == "OR":
                queries.append(self._check(alternative, item.start(), "OR needs words on both sides"))
                alternative, start = [], item.start()
                self._at += 1
                continue
            part = self._read_part(item, depth)
            if part is not None:
                alternative.append(part)
        if alternative or queries:
            queries.append(self._check(alternative, start, "OR needs words on both sides"))
        return queries

    def _check(self, parts: list[Term | Alternatives], start: int, message: str) -> Query:
        if not parts:
            raise InvalidQuery(self._field, message, start)
        if all(part.excluded for part in parts):
            raise InvalidQuery(self._field, "only words to leave out; add one to look for", start)
        return tuple(parts)

    def _read_part(self, item: regex.Match[str], depth: int) -> Term | Alternatives | None:
        """Read a term or a bracket; None if it is only punctuation, or AND."""
        self._at += 1
        if item["word"] == "AND":
            return None
        if item["word"] == "NOT" and not item["minus"]:
            following = self._peek()
            part = (
                None
                if following is None or following["bracket"] == ")"
                else self._read_part(following, depth)
            )
            if part is None:
                raise InvalidQuery(self._field, "NOT needs a word or bracket behind it", item.start())
            return replace(part, excluded=True)
        if item["bracket"]:
            return self._read_bracket(item, depth + 1)
        term = read_item(item, self._field)
        if term is not None:
            self._terms += 1
            if self._terms > MAXIMUM_TERMS:
                raise InvalidQuery(self._field, f"more than {MAXIMUM_TERMS} words and phrases", item.start())
        return term

    def _read_bracket(self, item: regex.Match[str], depth: int) -> Alternatives | None:
        place = item.start("bracket")
        if depth > MAXIMUM_DEPTH:
            raise InvalidQuery(self._field, f"brackets are more than {MAXIMUM_DEPTH} deep", place)
        queries = self._read_alternatives(depth)
        if self._peek() is None:
            raise InvalidQuery(self._field, "this bracket is not closed", place)
        self._at += 1
        return Alternatives(tuple(queries), excluded=bool(item["minus"])) if queries else None

    def _peek(self) -> regex.Match[str] | None:
        return self._items[self._at] if self._at < len(self._items) else None

    def _place(self) -> int:
        item = self._peek()
        return self._end if item is None else item.start()


def read_item(item: regex.Match[str], field: str) -> Term | None:
    """Read one term; None if it is only punctuation."""
    if item["opener"] and not item["closer"]:
        raise InvalidQuery(field, "this quotation mark is not closed", item.start("opener"))
    part = "word" if item["opener"] is None else "phrase"
    content = item[part]
    prefix = bool(item["star"])
    if part == "word" and content.endswith("*"):
        content, prefix = content[:-1], True
    if "*" in content:
        at = item.start(part) + content.index("*")
        raise InvalidQuery(field, "* is allowed only once, at the end of a word or after a phrase", at)
    words = tuple(word.folded for word in find_words(content))
    if prefix and (not words or len(words[-1]) < MINIMUM_PREFIX):
        raise InvalidQuery(field, f"* needs {MINIMUM_PREFIX} letters or more before it", item.end() - 1)
    if not words:
        return None
    forms = list_forms(words[0]) if part == "word" and len(words) == 1 and not prefix else ()
    return Term(words, prefix, bool(item["minus"]), forms)


def parse_name(value: str, field: str) -> tuple[str, ...]:
    """Read a name or part of one, into beginnings of its words.  Raises InvalidQuery."""
    words = find_words(value[: MAXIMUM_LENGTH + 1])
    if not words:
        raise InvalidQuery(field, "no letter or digit to look for", 0)
    if len(words) > MAXIMUM_TERMS:
        raise InvalidQuery(field, f"more than {MAXIMUM_TERMS} words", words[MAXIMUM_TERMS].start)
    return tuple(word.folded for word in words)
