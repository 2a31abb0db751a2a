"""How text is cut into words that compare blind to case and accent.

Both databases index these words, joined by blanks, and nothing else, so that the same search finds the
same quotes on either.
"""

import unicodedata
from itertools import islice
from typing import NamedTuple

import regex

# What is indexed of a quote ends here: a PostgreSQL tsvector holds at most 1 MB.
INDEXED_WORDS = 4_000
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
    """The text without case and accents."""
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
    """The first words of a text, in order; what is neither letter nor digit parts them."""
    found = (Word(match.start(), match.end(), fold_word(match.group())) for match in WORD.finditer(text))
    return list(islice((word for word in found if word.folded), limit))


def index_words(text: str) -> str:
    """What the full-text index holds of a quote."""
    return join_words(text, INDEXED_WORDS)


def name_words(name: str) -> str:
    """What the full-text index holds of a speaker's name."""
    return join_words(name, NAME_WORDS)


def join_words(text: str, number: int) -> str:
    words = WORD.findall(text)
    return " ".join([folded for folded in map(fold_word, words) if folded][:number])


def normalise_name(name: str) -> str:
    """The form by which two spellings of a name are the same name."""
    return " ".join(fold(APOSTROPHES.sub("'", name)).split())


def normalise_source(source: str | None) -> str | None:
    """How the names of sources compare."""
    return None if source is None else normalise_name(source)[:NAME_LENGTH]


def is_storable(value: str) -> bool:
    """Whether both databases can hold the text: no NUL, no half of a surrogate pair."""
    try:
        return b"\0" not in value.encode()
    except UnicodeEncodeError:
        return False
