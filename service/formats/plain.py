"""Quotes as plain JSON values, with offsets in the requested unit."""

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import islice
from typing import Any

import orjson

from service.extractor.model import QuoteKind
from service.formats.by_article import ReadText
from service.formats.utf16 import convert_snippet, convert_spans, utf16_converter
from service.store import QuoteRecord, SpeakerReference, Store


def to_plain(value: Any) -> Any:
    """Convert dataclasses into plain JSON values, which may be changed."""
    return orjson.loads(orjson.dumps(value, option=orjson.OPT_UTC_Z))


QUOTES_AT_ONCE = 200


TEXTS_AT_ONCE = 8


def convert_all(quotes: Iterable[QuoteRecord], offsets: str, read_text: ReadText) -> Iterator[dict[str, Any]]:
    """Convert quotes into plain JSON values, with offsets in the requested unit."""

    @lru_cache(TEXTS_AT_ONCE)
    def find_converter(article_id: str) -> Callable[[int], int]:
        return utf16_converter(read_text(article_id))

    source = iter(quotes)
    while some := to_plain(list(islice(source, QUOTES_AT_ONCE))):
        for quote in some:
            if offsets == "utf-16":
                convert_spans(quote, find_converter(quote["article"]["id"]))
                convert_snippet(quote)
            yield quote


def text_reader(store: Store) -> ReadText:
    """Give the function that reads an article's text; one that was deleted meanwhile has none."""

    def read_text(article_id: str) -> str:
        article = store.get_article(article_id)
        return (article and article.text) or ""

    return read_text


def list_speakers(quote: QuoteRecord) -> list[SpeakerReference]:
    """Everybody who speaks a quote, the first of them first."""
    return [*([quote.speaker] if quote.speaker else []), *quote.co_speakers]


def join_names(quote: QuoteRecord) -> str:
    """The names of all who speak a quote, for people to read."""
    return ", ".join(speaker.name for speaker in list_speakers(quote))


def mark_words(text: str, kind: QuoteKind) -> str:
    """The words of a quote for people to read: in quotation marks, unless they are nobody's very words."""
    return text if kind == "indirect" else f"“{text}”"
