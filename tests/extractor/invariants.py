"""What holds of the extraction of any text at all; hypothesis and the fuzzer ask the same."""

from itertools import pairwise
from typing import get_args

from service.extractor import Extraction, Quote, Span
from service.extractor.model import QuoteKind, SpeakerKind
from service.extractor.rules import RULES
from service.formats.utf16 import utf16_converter

RULE_NAMES = frozenset(rule.__name__ for rule in RULES)


def check_extraction(text: str, extraction: Extraction) -> None:
    """Raise AssertionError for an extraction that cannot be one of this text."""
    for quote in extraction.quotes:
        check_quote(text, quote)
    for passage in extraction.passages:
        assert 0 <= passage.start < passage.end <= len(text)
        assert text[passage.start : passage.end] == passage.text
        assert passage.reason
    firsts = [quote.segments[0].start for quote in extraction.quotes]
    assert firsts == sorted(firsts)
    assert all(left.start < right.start for left, right in pairwise(extraction.passages))
    bounds = sorted(
        [(segment.start, segment.end) for quote in extraction.quotes for segment in quote.segments]
        + [(passage.start, passage.end) for passage in extraction.passages]
    )
    assert all(left[1] <= right[0] for left, right in pairwise(bounds)), "stretches overlap"


def check_quote(text: str, quote: Quote) -> None:
    assert quote.segments
    assert all(left.end <= right.start for left, right in pairwise(quote.segments))
    assert quote.text == " … ".join(segment.text for segment in quote.segments)
    assert quote.kind in get_args(QuoteKind)
    assert quote.rule in RULE_NAMES
    assert 0 < quote.confidence <= 1
    if quote.speaker is not None:
        assert quote.mention is not None
        assert quote.speaker.name.strip()
        assert quote.speaker.kind in get_args(SpeakerKind)
        assert (quote.speaker.gender is None) == (quote.speaker.gender_evidence is None)
        assert quote.speaker.role is None or quote.speaker.role in quote.speaker.roles
    for span in list_spans(quote):
        assert 0 <= span.start < span.end <= len(text)
        assert text[span.start : span.end] == span.text
    for said in (quote.mention, quote.cue):
        assert said is None or not any(overlap(said, segment) for segment in quote.segments)
    assert not (quote.mention and quote.cue and overlap(quote.mention, quote.cue))


def overlap(left: Span, right: Span) -> bool:
    return left.start < right.end and right.start < left.end


def list_spans(quote: Quote) -> list[Span]:
    spans = [*quote.segments, quote.mention, quote.cue]
    for speaker in (quote.speaker, *quote.co_speakers):
        if speaker:
            spans += [speaker.role, speaker.affiliation, *speaker.roles]
    return [span for span in spans if span is not None]


def check_utf16(text: str, extraction: Extraction) -> None:
    """Raise AssertionError unless offsets in UTF-16 select the same words, as a JavaScript client would."""
    convert = utf16_converter(text)
    units = text.encode("utf-16-le", "surrogatepass")
    for quote in extraction.quotes:
        for span in list_spans(quote):
            selected = units[2 * convert(span.start) : 2 * convert(span.end)]
            assert selected == span.text.encode("utf-16-le", "surrogatepass")
