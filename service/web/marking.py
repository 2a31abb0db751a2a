"""Cuts an article's text into stretches: whose words each is, and its part in a quote.

The text stays the same, but for the line ends between paragraphs.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from service.extractor import Quote, Span, Speaker, UnattributedPassage
from service.extractor.text.repair import find_shown_paragraphs
from service.store import QuoteRecord, SpeakerReference

Role = Literal["words", "mention", "cue", "passage"]
AnyQuote = Quote | QuoteRecord
COLOURS = 8
# What is shown before a quote and after it, and in all, in code points.
SURROUNDINGS = 300
MOST_SURROUNDINGS = 3_000


@dataclass(frozen=True, slots=True)
class SpeakerMark:
    """A speaker of one article: a letter and a colour (1 to 8), and the number of quotes.

    Quotes that have no speaker share the letter "?" and the colour 0.
    """

    letter: str
    colour: int
    speaker: Speaker | SpeakerReference | None
    quotes: int


@dataclass(frozen=True, slots=True)
class MarkedWords:
    """Words that have the same part in the same quotes, which are numbered from 1 in the order of the text.

    `ends` is the quote a segment of which ends here, `first` says that it is the quote's first.
    """

    start: int
    text: str
    words_of: int | None
    mention_of: tuple[int, ...]
    cue_of: tuple[int, ...]
    reason: str | None
    ends: int | None
    first: bool


@dataclass(slots=True)
class Paragraph:
    """A paragraph's stretches, and the numbers of the quotes that begin in it."""

    stretches: list[MarkedWords] = field(default_factory=list)
    quotes: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class MarkedText:
    """A text with its quotes; `voice_of` has one voice a quote, in their order."""

    paragraphs: list[Paragraph]
    quotes: Sequence[AnyQuote]
    voices: list[SpeakerMark]
    voice_of: list[SpeakerMark]


@dataclass(frozen=True, slots=True)
class Mark:
    start: int
    end: int
    role: Role
    quote: int = 0
    reason: str | None = None
    first: bool = False


def mark_text(
    text: str,
    quotes: Sequence[AnyQuote],
    passages: Iterable[UnattributedPassage] = (),
    bounds: list[tuple[int, int]] | None = None,
) -> MarkedText:
    """Mark quotes, and passages that are not speech, in the paragraphs or within the bounds given."""
    marks = [mark for number, quote in enumerate(quotes, 1) for mark in list_marks(number, quote)]
    marks += [Mark(one.start, one.end, "passage", reason=one.reason) for one in passages]
    voices = find_voices(quotes)
    by_key = {find_key(voice.speaker): voice for voice in voices}
    if bounds is None:
        bounds = find_shown_paragraphs(text)
    return MarkedText(
        paragraphs=cut_paragraphs(text, marks, bounds),
        quotes=quotes,
        voices=voices,
        voice_of=[by_key[find_key(quote.speaker)] for quote in quotes],
    )


def mark_surroundings(text: str, quote: QuoteRecord) -> MarkedText:
    """Mark a quote in the paragraphs of its words, its mention and its cue, if they are near."""
    spans = [*quote.segments, *(span for span in (quote.mention, quote.cue) if span)]
    first = max(min(span.start for span in spans) - SURROUNDINGS, 0)
    last = min(max(span.end for span in spans) + SURROUNDINGS, first + MOST_SURROUNDINGS, len(text))
    inner_start, inner_end = min(span.start for span in spans), max(span.end for span in spans)
    bounds = [
        (trim_start(text, start, first), trim_end(text, start, end, last))
        for start, end in find_shown_paragraphs(text)
        if start < inner_end and end > inner_start and start < last
    ]
    return mark_text(text, [quote], bounds=bounds)


def trim_start(text: str, start: int, first: int) -> int:
    """Move a paragraph's start to a word that is near enough."""
    return start if start >= first else max(text.find(" ", first, first + 100) + 1, first)


def trim_end(text: str, start: int, end: int, last: int) -> int:
    if end <= last:
        return end
    # Not a blank of the paragraph before: this one would end ahead of its start.
    blank = text.rfind(" ", max(last - 100, start), last)
    return blank if blank > 0 else last


def find_voices(quotes: Iterable[AnyQuote]) -> list[SpeakerMark]:
    """List the speakers of an article in order of appearance; quotes without a speaker come last."""
    counts: defaultdict[str | None, int] = defaultdict(int)
    speakers: dict[str | None, Speaker | SpeakerReference | None] = {}
    for quote in quotes:
        key = find_key(quote.speaker)
        counts[key] += 1
        speakers[key] = quote.speaker
    voices = [
        SpeakerMark(write_letter(place), place % COLOURS + 1, speakers[key], counts[key])
        for place, key in enumerate(key for key in counts if key is not None)
    ]
    return voices + ([SpeakerMark("?", 0, None, counts[None])] if None in counts else [])


def find_key(speaker: Speaker | SpeakerReference | None) -> str | None:
    """Return the key of a quote's speaker: the stored id, or the name in a text that is not stored."""
    if speaker is None:
        return None
    return speaker.id if isinstance(speaker, SpeakerReference) else speaker.name


def write_letter(place: int) -> str:
    """Number speakers as A, B … Z, A2, B2 …"""
    rounds, letter = divmod(place, 26)
    return chr(ord("A") + letter) + (str(rounds + 1) if rounds else "")


def list_marks(number: int, quote: AnyQuote) -> list[Mark]:
    marks = [
        Mark(one.start, one.end, "words", number, first=place == 0)
        for place, one in enumerate(quote.segments)
    ]
    roles: tuple[tuple[Role, Span | None], ...] = (("mention", quote.mention), ("cue", quote.cue))
    return marks + [Mark(span.start, span.end, role, number) for role, span in roles if span]


def cut_paragraphs(text: str, marks: list[Mark], bounds: list[tuple[int, int]]) -> list[Paragraph]:
    """Cut each paragraph wherever a mark begins or ends: one walk along the text."""
    opening: defaultdict[int, list[Mark]] = defaultdict(list)
    for mark in marks:
        opening[mark.start].append(mark)
    starts = {start for start, _ in bounds}
    ends = {end for _, end in bounds}
    paragraphs: list[Paragraph] = []
    active: list[Mark] = []
    inside = False
    for start, end in pairwise(sorted({*opening, *(mark.end for mark in marks), *starts, *ends})):
        active = [mark for mark in active if mark.end > start] + opening.get(start, [])
        if start in ends:
            inside = False
        if start in starts:
            inside = True
            paragraphs.append(Paragraph())
        if inside:
            add_stretch(paragraphs[-1], text, (start, end), active)
    return paragraphs


def add_stretch(paragraph: Paragraph, text: str, span: tuple[int, int], active: list[Mark]) -> None:
    start, end = span
    words = next((mark for mark in active if mark.role == "words"), None)
    if words and words.first and words.start == start:
        paragraph.quotes.append(words.quote)
    stretch = MarkedWords(
        start=start,
        text=text[start:end],
        words_of=words.quote if words else None,
        mention_of=tuple(mark.quote for mark in active if mark.role == "mention"),
        cue_of=tuple(mark.quote for mark in active if mark.role == "cue"),
        reason=next((mark.reason for mark in active if mark.role == "passage"), None),
        ends=words.quote if words and words.end == end else None,
        first=bool(words and words.first),
    )
    paragraph.stretches.append(stretch)
