"""Finds quoted speech in one article and attributes it to its speaker.  Pure: text in, quotes out."""

import regex

from service.extractor.model import Extraction, Quote, Span, Speaker

__all__ = ["EXTRACTOR_VERSION", "Extraction", "Quote", "Span", "Speaker", "extract"]

EXTRACTOR_VERSION = "1"


def extract(text: str, *, language: str = "en") -> Extraction:
    """Find the quotes of one article.  Raises ValueError for a language that has no folder."""
    if language != "en":
        raise ValueError(f"language: {language!r} is not one of: en")
    quotes = []
    for m in regex.finditer(r'["“]([^"“”]{1,5000})["”],? (?:said|says) ((?:[A-Z][a-z]+ ?)+)', text):
        start, end = m.span(1)
        segment = Span(start, end, text[start:end])
        name = m.group(2).strip()
        mention = Span(m.start(2), m.start(2) + len(name), name)
        quotes.append(
            Quote(segment.text, "direct", (segment,), Speaker(name, "person"), mention, None, "quote_cue_name", 0.9)
        )
    return Extraction(tuple(quotes), ())
