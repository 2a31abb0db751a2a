"""Lists by relevance: how often a quote has the searched words, for its length.

Scores are computed here and not by the databases, whose own would differ.  Matches are ranked a block at a
time, the newest block first, so that the work is bounded; a block's bounds stand in the cursor, so that what
is stored meanwhile moves nothing from one block to another.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from sqlalchemy import Connection

from service.store.database.bound_values import bind_values
from service.store.database.keys import END_OF_KEYS, place_of, read_cursor, write_cursor
from service.store.quotes.conditions import read_terms
from service.store.quotes.read import find_newest, read_quotes, select_by_keys, select_words
from service.store.records import Page, PageRequest, QuoteFilter, QuoteRecord
from service.store.text.query import Query, list_terms

RANKED_AT_ONCE = 2_000
# With what is stored meanwhile; what is beyond belongs to the next block.
LARGEST_BLOCK = 4 * RANKED_AT_ONCE
# As in BM25: how much a further occurrence adds, how much length counts, and the words of a usual quote.
SATURATION, LENGTH_WEIGHT, USUAL_WORDS = 1.2, 0.75, 25
# What another form of a word counts beside the form that is searched for.
FORM_WEIGHT = 0.8
# What two searched words add that stand side by side.
ADJACENCY = 0.5
SCALE = 1_000_000


class Ranked(NamedTuple):
    """A quote in its order: what is less comes first."""

    score: int  # negative
    place: int  # negative
    key: int


class Block(NamedTuple):
    """The matches that are ranked together, from before one place down to another; where a page begins."""

    before: int
    floor: int
    score: int
    place: int


# Before all blocks; a floor that is no place says that the block is still to be found.
UNKNOWN = END_OF_KEYS - 1
START = Block(UNKNOWN, UNKNOWN, -UNKNOWN, 0)


def list_relevant(connection: Connection, wanted: QuoteFilter, page: PageRequest) -> Page[QuoteRecord]:
    """List quotes by relevance.  Raises InvalidQuery, InvalidCursor."""
    terms = read_terms(wanted)
    listing = ("quotes", wanted)
    block = START
    if page.cursor is not None:
        block = Block(*map(int, read_cursor(listing, page.cursor, int, int, int, int)))
    is_new = block.floor == UNKNOWN
    floor = None if is_new else block.floor
    most = RANKED_AT_ONCE if is_new else LARGEST_BLOCK
    rows = find_newest(connection, wanted, terms, select_words, most, block.before, floor)
    if not rows:
        return Page((), None)
    if floor is None or len(rows) == LARGEST_BLOCK:
        floor = place_of(rows[-1].key)
    ranked = sorted(Ranked(-score_words(row.words, terms), -place_of(row.key), row.key) for row in rows)
    rest = [one for one in ranked if one[:2] > (block.score, block.place)]
    shown = rest[: page.limit]
    following = None
    if len(rest) > page.limit:
        following = Block(block.before, floor, shown[-1].score, shown[-1].place)
    elif find_newest(connection, wanted, terms, select_words, 1, floor):
        following = START._replace(before=floor)
    further = following and write_cursor(listing, *following)
    return Page(read_by_keys(connection, [one.key for one in shown], terms), further)


def read_by_keys(connection: Connection, keys: Sequence[int], terms: Query) -> tuple[QuoteRecord, ...]:
    """Read quotes in the order of these keys."""
    database = connection.dialect.name
    rows = connection.execute(select_by_keys(database), bind_values(database, keys)).all()
    by_key = {row.key: row for row in rows}
    return read_quotes(connection, [by_key[key] for key in keys], terms)


def score_words(words: str, query: Query) -> int:
    """Score the words of a quote, which stand with blanks between them."""
    text = f" {words} "
    length = words.count(" ") + 1
    damping = SATURATION * (1 - LENGTH_WEIGHT + LENGTH_WEIGHT * length / USUAL_WORDS)
    terms = list(list_terms(query))
    phrases = [" ".join(term.words) for term in terms]
    score = 0.0
    for phrase, term in zip(phrases, terms, strict=True):
        found: float = text.count(f" {phrase}" if term.prefix else f" {phrase} ")
        found += FORM_WEIGHT * sum(text.count(f" {form} ") for form in term.forms)
        score += found * (SATURATION + 1) / (found + damping)
    score += sum(ADJACENCY for first, second in pairwise(phrases) if f" {first} {second}" in text)
    return round(score * SCALE)
