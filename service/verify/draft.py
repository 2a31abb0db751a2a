"""Finds the quotations of a draft, each to be checked against what was said."""

from collections.abc import Iterator
from typing import NamedTuple

from service.extractor import Extraction, Quote
from service.verify.normalise import cut_words
from service.verify.speaker import is_same_speaker
from service.verify.text import NO_SPEECH

# Words in marks that nobody speaks are a quotation from so many on; fewer are an expression.
FEWEST_WORDS = 4


class DraftQuotation(NamedTuple):
    """A quotation of a draft, where it stands, and whom the draft names for it."""

    start: int
    end: int
    text: str
    speaker: str | None


def find_quotations(extraction: Extraction) -> list[DraftQuotation]:
    """The quotations of a draft, in order; also those in marks for which it names nobody."""
    return sorted(list_quotations(extraction), key=lambda one: one[:3])


def list_quotations(extraction: Extraction) -> Iterator[DraftQuotation]:
    for quote in extraction.quotes:
        if quote.kind != "indirect":
            start, end = quote.segments[0].start, quote.segments[-1].end
            yield DraftQuotation(start, end, quote.text, name_speaker(quote))
    for passage in extraction.passages:
        if passage.reason not in NO_SPEECH and len(cut_words(passage.text)) >= FEWEST_WORDS:
            yield DraftQuotation(passage.start, passage.end, passage.text, None)


def name_speaker(quote: Quote) -> str | None:
    """The name by which a draft calls a speaker: “Bush” may be another than the Bush it names elsewhere."""
    if quote.speaker is None:
        return None
    called = quote.mention is not None and is_same_speaker(quote.mention.text, [quote.speaker.name])
    return quote.mention.text if called and quote.mention else quote.speaker.name
