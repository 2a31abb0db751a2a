"""Extraction, counted and within a limit of time."""

import time
from collections.abc import Callable

from service.extractor import EVERY_KIND, QUOTED, Extraction, Lexicon, QuoteKind, extract
from service.ingest.time_limit import time_limit
from service.monitoring.metrics import EXTRACTED, EXTRACTION_SECONDS
from service.store import Article


def extract_counted(
    text: str,
    *,
    language: str,
    lexicon: Lexicon | None = None,
    kinds: frozenset[QuoteKind] = QUOTED,
    gender: bool = True,
    read: Callable[..., Extraction] = extract,
) -> Extraction:
    """Extract an article, or `read` it in another way, and count the quotes."""
    begun = time.perf_counter()
    try:
        extraction = read(text, language=language, lexicon=lexicon, kinds=kinds, gender=gender)
    finally:
        # One that is broken off took its time, too.
        EXTRACTION_SECONDS.observe(time.perf_counter() - begun)
    for quote in extraction.quotes:
        EXTRACTED.add((quote.rule, quote.kind))
    return extraction


def extract_in_time(article: Article, seconds: float, kinds: frozenset[QuoteKind] = EVERY_KIND) -> Extraction:
    with time_limit(seconds):
        return extract_counted(article.text, language=article.language, kinds=kinds)
