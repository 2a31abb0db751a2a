"""Brings an extraction back to the text as received, where that had to be mended to be read."""

import unicodedata
from dataclasses import replace

from service.extractor.model import (
    ExplainedQuote,
    Extraction,
    Quote,
    Span,
    Speaker,
    Token,
    UnattributedPassage,
)
from service.extractor.text.repair import Repair


def restore(extraction: Extraction, received: str, mended: Repair) -> Extraction:
    """The same quotes and passages, with offsets and words of the text as received."""
    if not mended.steps:
        return extraction
    quotes = tuple(_restore_quote(quote, received, mended) for quote in extraction.quotes)
    passages = tuple(_restore_passage(passage, received, mended) for passage in extraction.passages)
    return Extraction(quotes, passages)


def restore_tokens(sentences: list[list[Token]], received: str, mended: Repair) -> list[list[Token]]:
    """The same sentences, the offsets and words of their tokens those of the text as received."""
    if not mended.steps:
        return sentences
    return [[_restore_token(token, received, mended) for token in sentence] for sentence in sentences]


def _restore_token(token: Token, received: str, mended: Repair) -> Token:
    """A token in its place; one of no length, such as a stop that a passage brings along, stays empty."""
    start, end = mended.locate(token.start, token.end)
    end = end if token.start < token.end else start
    return replace(token, start=start, end=end, text=received[start:end])


def _restore_quote(quote: Quote, received: str, mended: Repair) -> Quote:
    segments = tuple(_restore_span(segment, received, mended) for segment in quote.segments)
    restored = replace(
        quote,
        text=" … ".join(segment.text for segment in segments),
        segments=segments,
        speaker=quote.speaker and _restore_speaker(quote.speaker, received, mended),
        mention=quote.mention and _restore_span(quote.mention, received, mended),
        cue=quote.cue and _restore_span(quote.cue, received, mended),
        co_speakers=tuple(_restore_speaker(speaker, received, mended) for speaker in quote.co_speakers),
        clause=quote.clause and _restore_span(quote.clause, received, mended),
    )
    if isinstance(restored, ExplainedQuote):
        passage = _restore_span(restored.explanation.passage, received, mended)
        restored = replace(restored, explanation=replace(restored.explanation, passage=passage))
    return restored


def _restore_passage(passage: UnattributedPassage, received: str, mended: Repair) -> UnattributedPassage:
    start, end = mended.locate(passage.start, passage.end)
    return replace(passage, start=start, end=end, text=received[start:end])


def _restore_span(span: Span, received: str, mended: Repair) -> Span:
    start, end = mended.locate(span.start, span.end)
    return Span(start, end, received[start:end])


def _restore_speaker(speaker: Speaker, received: str, mended: Repair) -> Speaker:
    return replace(
        speaker,
        name=_restore_name(speaker.name, received),
        role=speaker.role and _restore_span(speaker.role, received, mended),
        affiliation=speaker.affiliation and _restore_span(speaker.affiliation, received, mended),
        roles=tuple(_restore_span(role, received, mended) for role in speaker.roles),
    )


def _restore_name(name: str, received: str) -> str:
    """A name with its accents apart from their letters, if it stands so in the text alone."""
    apart = name if name in received else unicodedata.normalize("NFD", name)
    return apart if apart in received else name
