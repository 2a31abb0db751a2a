"""Cuts quotations and quotes into words that compare: without marks, spaces, apostrophes and capitals.

Known limits: 1. "12" and "twelve" are two words.  2. A word that a hyphen parts is two: "twenty-one" is
"twenty one" and not "twentyone".  3. A row of letters without spaces, as in Chinese, is one word.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import regex

from service.extractor import Span
from service.extractor.text.repair import Repair, repair

QUOTATION_LENGTH = 2_000  # code points
QUOTATION_WORDS = 300

APOSTROPHES = "'’‘ʼ‛`´ʹ＇"
WORD = regex.compile(
    rf"""
    \p{{N}}+ (?: [.,] \p{{N}}+ )*+                       # 1,000 and 3.5 are a word each
    | [\p{{L}}\p{{N}}\p{{M}}]+ (?: [{APOSTROPHES}] [\p{{L}}\p{{N}}\p{{M}}]+ )*+
    | [\p{{Sc}}%]                                        # 5%, $5 and 5 differ
    """,
    regex.VERBOSE,
)
SOFT_HYPHEN = "\xad"
ELLIPSIS = regex.compile(r"\[\s*(?:…|\.(?:\s?\.){1,5})\s*\] | … | \.(?:\s?\.){2,5}", regex.VERBOSE)
# “[T]he” and “walk[ed]” are words of which an editor changed a part.
GLUED = regex.compile(r"\[(?P<inside>[\p{L}]{1,4})\](?=\p{L})|(?<=\p{L})\[(?P<after>[\p{L}]{1,4})\]")
BRACKETED = regex.compile(r"\[(?P<inside>[^\[\]]{0,200})\]")
REMARK = regex.compile(
    r"""
    [(\[] \s* (?: then | more | loud | long | big )? \s*
    (?: sic | laugh(?:s|ter|ing|ed)? | chuckl(?:es|ing) | applause | applauds | cheer(?:s|ing) | boos
      | paus(?:e|es|ing) | sigh(?:s|ing)? | smil(?:es|ing) | crosstalk | inaudible | unintelligible | gasps
      | cr(?:ies|ying) | coughs | nods | emphasis \s (?:added|mine) | my \s emphasis | ph(?:onetic)? ) \b
    [^()\[\]]{0,30} [)\]]
    """,
    regex.VERBOSE | regex.IGNORECASE,
)


class ComparedWord(NamedTuple):
    """A word: `[start, end)` in code points of its text, and the form by which it compares."""

    start: int
    end: int
    form: str


@dataclass(frozen=True, slots=True)
class GivenQuotation:
    """A quotation that is held in hand, as its words.

    Before the words at `cuts` an ellipsis stands (at the number of words: behind the last).  Those at
    `edited` stand in an editor's brackets.
    """

    text: str
    words: tuple[ComparedWord, ...]
    cuts: frozenset[int]
    edited: frozenset[int]

    @property
    def forms(self) -> tuple[str, ...]:
        return tuple(word.form for word in self.words)


@dataclass(frozen=True, slots=True)
class Record:
    """The words of a quote, in order, with their places in the article."""

    segments: tuple[Span, ...]
    words: tuple[ComparedWord, ...]
    forms: tuple[str, ...]
    joined: str  # for searches of whole words: a blank before and behind each
    places: dict[str, list[int]]

    def cut(self, start: int, end: int) -> Span:
        """The record from one place in the article to another; other words between its parts are left out."""
        parts = [
            segment.text[max(start - segment.start, 0) : end - segment.start]
            for segment in self.segments
            if segment.start < end and start < segment.end
        ]
        return Span(start, end, " … ".join(parts))


class UnreadQuotation(ValueError):
    """A quotation without a word, or beyond a limit; the message is what is wrong with it."""


def read_quotation(text: str) -> GivenQuotation:
    """Cut a quotation into words, and read what editors put in.  Raises UnreadQuotation."""
    if len(text) > QUOTATION_LENGTH:
        raise UnreadQuotation(f"is {len(text)} characters long, the limit is {QUOTATION_LENGTH}")
    # Of the same length, so that places hold.
    mended = repair(text)
    plain = blank_remarks(mended.text)
    cut_at = [match.start() for match in ELLIPSIS.finditer(plain)]
    plain = ELLIPSIS.sub(lambda match: " " * len(match[0]), plain)
    glued = [match.span() for match in GLUED.finditer(plain)]
    edited = [match.span() for match in BRACKETED.finditer(plain) if match.span() not in glued]
    words = cut_words(plain)
    if len(words) > QUOTATION_WORDS:
        raise UnreadQuotation(f"has {len(words)} words, the limit is {QUOTATION_WORDS}")
    if not words:
        raise UnreadQuotation("has no word to look for")
    inside = frozenset(
        place
        for place, word in enumerate(words)
        if any(word.start < end and start < word.end for start, end in edited)
    )
    cuts = frozenset(sum(word.start < at for word in words) for at in cut_at)
    return GivenQuotation(text, tuple(locate_words(words, mended)), cuts, inside)


def blank_remarks(text: str) -> str:
    """Put blanks in the place of remarks on how something was said."""
    return REMARK.sub(lambda match: " " * len(match[0]), text) if "(" in text or "[" in text else text


def join_brackets(plain: str, glued: Iterable[tuple[int, int]]) -> str:
    """Replace the brackets inside words by soft hyphens, which words are read without."""
    letters = list(plain)
    for start, end in glued:
        letters[start] = letters[end - 1] = SOFT_HYPHEN
    return "".join(letters)


def widen(word: ComparedWord, plain: str) -> ComparedWord:
    """A word with the bracket at its beginning or end, whose other bracket is inside it."""
    inside = plain[word.start : word.end]
    start = word.start - ("]" in inside and plain[word.start - 1 : word.start] == "[")
    end = word.end + ("[" in inside and plain[word.end : word.end + 1] == "]")
    return ComparedWord(start, end, word.form)


def cut_words(text: str, offset: int = 0) -> list[ComparedWord]:
    """Cut a text into words; `offset` is where it begins."""
    if "[" in text and (glued := [match.span() for match in GLUED.finditer(text)]):
        words = cut_words(join_brackets(text, glued))
        return [
            ComparedWord(word.start + offset, word.end + offset, word.form)
            for word in (widen(word, text) for word in words)
        ]
    mended = repair(text)
    words = [
        ComparedWord(match.start(), match.end(), read_form(match[0])) for match in WORD.finditer(mended.text)
    ]
    words = locate_words(words, mended)
    return (
        [ComparedWord(start + offset, end + offset, form) for start, end, form in words] if offset else words
    )


def locate_words(words: list[ComparedWord], mended: Repair) -> list[ComparedWord]:
    """The words of a mended text at their places in the text as received."""
    if not mended.steps:
        return words
    return [ComparedWord(*mended.locate(word.start, word.end), word.form) for word in words]


def read_form(word: str) -> str:
    """The form of a word: case, apostrophes and the commas of numbers do not count."""
    if not word.isascii():
        word = "".join(unicodedata.normalize("NFKC", word).split())
    if word[0].isdigit():
        return word.replace(",", "")
    for mark in APOSTROPHES:
        word = word.replace(mark, "")
    return word.casefold()


def read_record(segments: Iterable[Span]) -> Record:
    """Cut the segments of a quote into one row of words."""
    segments = tuple(segments)
    return build_record(
        segments,
        [word for segment in segments for word in cut_words(blank_remarks(segment.text), segment.start)],
    )


def build_record(segments: tuple[Span, ...], words: Sequence[ComparedWord]) -> Record:
    forms = tuple(word.form for word in words)
    places: dict[str, list[int]] = {}
    for place, form in enumerate(forms):
        places.setdefault(form, []).append(place)
    return Record(segments, tuple(words), forms, f" {' '.join(forms)} ", places)
