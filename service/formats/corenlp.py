"""Quotes as Stanford CoreNLP writes them."""

from collections.abc import Iterable, Iterator
from typing import Any

from service.formats.by_article import (
    ReadText,
    group_by_article,
    include_marks,
)
from service.formats.ndjson import write_ndjson
from service.formats.utf16 import utf16_converter
from service.store import QuoteRecord


def write_corenlp(quotes: Iterable[QuoteRecord], read_text: ReadText) -> Iterator[bytes]:
    """Write a document a line as Stanford CoreNLP's JSONOutputter does, with the fields that are known here.

    Each segment is a quote of its own, with its marks; offsets are UTF-16 code units, as Java counts.
    """
    return write_ndjson(describe_for_corenlp(*each) for each in group_by_article(quotes, read_text))


def describe_for_corenlp(article_id: str, text: str, quotes: list[QuoteRecord]) -> dict[str, Any]:
    convert = utf16_converter(text)
    published_at = quotes[0].article.published_at
    described: list[dict[str, Any]] = []
    for quote in quotes:
        name = quote.speaker.name if quote.speaker else "Unknown"
        mention = {} if quote.mention is None else {"mention": quote.mention.text, "mentionSieve": quote.rule}
        for span in quote.segments:
            start, end = include_marks(text, span.start, span.end)
            place = {"text": text[start:end], "beginIndex": convert(start), "endIndex": convert(end)}
            attribution = {**mention, "speaker": name, "canonicalSpeaker": name}
            described.append({"id": len(described), **place, **attribution})
    date = {} if published_at is None else {"docDate": published_at.date().isoformat()}
    return {"docId": article_id, **date, "quotes": described}
