"""Lists of quotes as pages show them: grouped by article, and a fragment in its sentence."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

import regex

from service.store import ArticleReference, QuoteRecord, Store, TextPart

SHOWN_LENGTH = 700
# What is read around a fragment to find its sentence, in code points.
REACH = 300
# An article without a title is called by so much of its text.
OPENING_LENGTH = 80
SENTENCE_END = regex.compile(
    r"""(?<![.\s]\p{Lu}|\b(?:Mr|Mrs|Ms|Dr|St|Jr|Sr))[.!?…]["'”’»)\]]*\s+(?=["'“‘«(\[]?[\p{Lu}\p{N}])|\n\s*\n"""
)
BLANKS = regex.compile(r"\s+")
UNTITLED = "An article without a title"


@dataclass(frozen=True, slots=True)
class Stretch:
    """Words of a shown quote: whether they are the speaker's own, and whether they were searched for."""

    text: str
    is_said: bool
    is_found: bool


@dataclass(frozen=True, slots=True)
class ShownQuote:
    """A quote, and the stretches that are shown of it; in a sentence, others' words stand around it."""

    quote: QuoteRecord
    stretches: tuple[Stretch, ...]
    in_sentence: bool


@dataclass(frozen=True, slots=True)
class ArticleGroup:
    """Quotes that follow each other in a list and are from one article, which is called by its heading."""

    article: ArticleReference
    heading: str
    quotes: tuple[ShownQuote, ...]


def group_quotes(store: Store, quotes: Sequence[QuoteRecord]) -> list[ArticleGroup]:
    """Group a list's quotes by article; read what their articles have around fragments, and for a title."""
    parts = {quote.id: find_reach(quote) for quote in quotes if quote.kind == "mixed"}
    untitled = {quote.article.id for quote in quotes if not quote.article.title}
    openings = {article_id: TextPart(article_id, 0, 2 * OPENING_LENGTH) for article_id in sorted(untitled)}
    texts = iter(store.read_text_parts([*parts.values(), *openings.values()]))
    around = dict(zip(parts, texts, strict=False))
    opened = dict(zip(openings, texts, strict=False))
    return [
        ArticleGroup(
            article := members[0].article,
            name_article(article.title, opened.get(article_id)),
            tuple(show_quote(quote, parts.get(quote.id), around.get(quote.id)) for quote in members),
        )
        for article_id, members in split_by_article(quotes)
    ]


def split_by_article(quotes: Iterable[QuoteRecord]) -> Iterator[tuple[str, list[QuoteRecord]]]:
    for article_id, members in groupby(quotes, key=lambda quote: quote.article.id):
        yield article_id, list(members)


def name_article(title: str | None, opening: str | None) -> str:
    """Return an article's title, or the first words of its text."""
    if title:
        return title
    text = BLANKS.sub(" ", opening or "").strip()
    if len(text) <= OPENING_LENGTH:
        return text or UNTITLED
    words = text[: OPENING_LENGTH + 1].rpartition(" ")[0] or text[:OPENING_LENGTH]
    return words.rstrip(" ,;:-–—") + " …"


def find_reach(quote: QuoteRecord) -> TextPart:
    """Find the part of an article's text in which a fragment's sentence is looked for."""
    start = max(quote.segments[0].start - REACH, 0)
    end = min(quote.segments[-1].end, quote.segments[0].start + SHOWN_LENGTH) + REACH
    return TextPart(quote.article.id, start, end - start)


def show_quote(quote: QuoteRecord, part: TextPart | None, text: str | None) -> ShownQuote:
    """Cut a quote into stretches; the sentence of a fragment stands around it if its text is there."""
    if part is not None and text is not None and (stretches := cut_sentence(quote, part, text)):
        return ShownQuote(quote, stretches, in_sentence=True)
    return ShownQuote(quote, tuple(cut_words(quote)), in_sentence=False)


def cut_words(quote: QuoteRecord) -> Iterator[Stretch]:
    """Cut a quote's own words, or the part of them around what was searched for."""
    if quote.snippet is None:
        shortened = len(quote.text) > SHOWN_LENGTH
        yield Stretch(quote.text[:SHOWN_LENGTH] + " …" * shortened, is_said=True, is_found=False)
        return
    text, at = quote.snippet.text, 0
    for start, end in quote.snippet.highlights:
        yield Stretch(text[at:start], is_said=True, is_found=False)
        yield Stretch(text[start:end], is_said=True, is_found=True)
        at = end
    yield Stretch(text[at:], is_said=True, is_found=False)


def cut_sentence(quote: QuoteRecord, part: TextPart, text: str) -> tuple[Stretch, ...]:
    """Cut the sentence around a fragment; empty if the text is no longer that of the quote."""
    said = [(segment.start - part.start, segment.end - part.start) for segment in quote.segments]
    said = [(start, end) for start, end in said if end <= len(text)]
    if not said or any(
        text[start:end] != quote.segments[place].text for place, (start, end) in enumerate(said)
    ):
        return ()
    first, last = find_sentence(text, said[0][0], said[-1][1])
    found = list(find_highlights(quote, part.start))
    edges = sorted({first, last, *(edge for span in (*said, *found) for edge in span)})
    stretches = [
        Stretch(BLANKS.sub(" ", text[start:end]), is_within(start, said), is_within(start, found))
        for start, end in pairwise(edges)
        if start >= first and end <= last
    ]
    if first == 0 and part.start > 0:
        stretches.insert(0, Stretch("… ", is_said=False, is_found=False))
    if last == len(text) == part.length:
        stretches.append(Stretch(" …", is_said=False, is_found=False))
    return tuple(stretches)


def find_sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """Find the bounds of the sentence, or sentences, that words stand in."""
    first = 0
    for match in SENTENCE_END.finditer(text, 0, start + 2):
        if match.end() <= start:
            first = match.end()
    # A full stop inside the words' own quotation marks ends the sentence, too.
    following = SENTENCE_END.search(text, max(end - 1, 0))
    last = len(text) if following is None else following.end()
    return first + len(text[first:]) - len(text[first:].lstrip()), last - len(text[:last]) + len(
        text[:last].rstrip()
    )


def find_highlights(quote: QuoteRecord, offset: int) -> Iterator[tuple[int, int]]:
    """Find the searched words of a quote in a text that begins at an offset of the article's."""
    if quote.snippet is None or quote.snippet.text != quote.text:
        return
    at = 0
    for segment in quote.segments:
        begin = quote.text.find(segment.text, at)
        at = begin + len(segment.text)
        shift = segment.start - offset - begin
        yield from (
            (start + shift, end + shift)
            for start, end in quote.snippet.highlights
            if begin <= start and end <= at
        )


def is_within(place: int, spans: Iterable[tuple[int, int]]) -> bool:
    return any(start <= place < end for start, end in spans)
