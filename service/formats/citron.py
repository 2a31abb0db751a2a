"""Quotes as BBC Citron writes them."""

from collections.abc import Iterable, Iterator
from typing import Any

from service.formats.by_article import (
    ReadText,
    cut,
    group_by_article,
    include_marks,
)
from service.formats.ndjson import write_ndjson
from service.formats.plain import list_speakers
from service.store import QuoteRecord


def write_citron(quotes: Iterable[QuoteRecord], read_text: ReadText) -> Iterator[bytes]:
    """Write a document a line as BBC Citron has them: docs/data_format.md of github.com/bbc/citron.

    Spans include the quotation marks around the words.  If the mention is not the name, the name is the
    source and the mention its coreference, as in Citron's own answers.  `cue` is null if there is none.
    """
    return write_ndjson(describe_for_citron(*each) for each in group_by_article(quotes, read_text))


def describe_for_citron(_id: str, text: str, quotes: list[QuoteRecord]) -> dict[str, Any]:
    return {"text": text, "quotes": [describe_quote_for_citron(quote, text) for quote in quotes]}


def describe_quote_for_citron(quote: QuoteRecord, text: str) -> dict[str, Any]:
    mentions = [] if quote.mention is None else [quote.mention]
    speakers = list_speakers(quote)
    names: list[dict[str, Any]] = []
    if quote.mention is not None and [speaker.name for speaker in speakers] != [quote.mention.text]:
        starts = ((text.find(speaker.name), len(speaker.name)) for speaker in speakers)
        names = [cut(text, start, start + length) for start, length in starts if start >= 0]
    places = [(span.start, span.end) for span in quote.segments]
    if quote.kind != "indirect":
        places = [include_marks(text, *place) for place in places]
    return {
        "id": quote.id,
        "sources": names or mentions,
        "coreferences": mentions if names else [],
        "cue": quote.cue,
        "contents": [cut(text, *place) for place in places],
        "confidence": f"{quote.confidence:.4f}",
    }
