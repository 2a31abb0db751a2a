"""Cuts text into words that ignore case and accents.

Both databases index these words, joined by blanks, and nothing else, so that the same search finds the
same quotes on either.
"""

import unicodedata
from itertools import islice
from typing import NamedTuple

import regex

# What is indexed of a quote ends here: a PostgreSQL tsvector holds at most 1 MB, and has each word some three
# times, by itself and in two pairs.
INDEXED_WORDS = 4_000
INDEXED_BYTES = 300_000
LONGEST_CHARACTER = 4  # bytes
WORD_LENGTH = 50
NAME_WORDS = 20
# PostgreSQL indexes no value beyond some 2,700 bytes.
NAME_LENGTH = 200

WORD = regex.compile(r"[\p{L}\p{N}\p{M}]+")
APOSTROPHES = regex.compile(r"['’‘ʼ‛`´ʹ＇]")
# Letters that Unicode does not take apart, written the way newspapers without them do.
PLAIN_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)


class Word(NamedTuple):
    """A word of a text: `[start, end)` in code points, and how it compares."""

    start: int
    end: int
    folded: str


def fold(text: str) -> str:
    """Return the text without case and accents."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(letter for letter in apart if unicodedata.category(letter)[0] != "M").translate(
        PLAIN_LETTERS
    )


def fold_word(word: str) -> str:
    if word.isascii():
        return word[:WORD_LENGTH].lower()
    return "".join(letter for letter in fold(word[:WORD_LENGTH]) if letter.isalnum())[:WORD_LENGTH]


def find_words(text: str, limit: int | None = None) -> list[Word]:
    """Find the first words of a text, in order; other characters than letters and digits separate them."""
    found = (Word(match.start(), match.end(), fold_word(match.group())) for match in WORD.finditer(text))
    return list(islice((word for word in found if word.folded), limit))


def index_words(text: str) -> str:
    """Return the words of a quote for the full-text index, as many as it holds."""
    words = join_words(text, INDEXED_WORDS)
    if len(words) * LONGEST_CHARACTER <= INDEXED_BYTES:
        return words
    fitting = words.encode()[: INDEXED_BYTES + 1].decode(errors="ignore")
    return words if fitting == words else fitting.rpartition(" ")[0]


def name_words(name: str) -> str:
    """Return the words of a speaker's name for the full-text index."""
    return join_words(name, NAME_WORDS)


def join_words(text: str, number: int) -> str:
    words = WORD.findall(text)
    return " ".join([folded for folded in map(fold_word, words) if folded][:number])


def normalise_name(name: str) -> str:
    """Normalise a name: spellings with the same form are one name."""
    return " ".join(fold(APOSTROPHES.sub("'", name)).split())


def name_key(name: str) -> str:
    """Return the words of a whole name as known people are found by them, blind to case, accents and dots."""
    return join_words(name, NAME_WORDS)[:NAME_LENGTH]


def normalise_source(source: str | None) -> str | None:
    """Return the name of a source as it is compared."""
    return None if source is None else normalise_name(source)[:NAME_LENGTH]


def is_storable(value: str) -> bool:
    """Whether both databases can hold the text: no NUL, no half of a surrogate pair."""
    try:
        return b"\0" not in value.encode()
    except UnicodeEncodeError:
        return False
