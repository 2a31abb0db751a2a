"""Puts passages, attributions and speakers together as quotes."""

from service.extractor.confidence import CONFIDENCE
from service.extractor.model import Extraction, Quote, QuoteKind, Span, Speaker, UnattributedPassage
from service.extractor.passages import Passage
from service.extractor.rules.site import Article, Attribution
from service.extractor.speakers import SpeakerResolver


def build_extraction(text: str, article: Article) -> Extraction:
    """The quotes of an article whose attributions are found, and the passages that are none."""
    resolver = SpeakerResolver(article)
    groups: list[tuple[Attribution, list[Passage]]] = []
    unattributed = []
    for index, (passage, found) in enumerate(zip(article.passages, article.found, strict=True)):
        if found is None:
            words = text[passage.start : passage.end]
            unattributed.append(UnattributedPassage(passage.start, passage.end, words, article.silent.get(index, "no cue")))
        elif groups and found.joined and article.found[index - 1] is not None:
            groups[-1][1].append(passage)
        else:
            groups.append((found, [passage]))
    quotes = tuple(_build_quote(text, found, passages, resolver) for found, passages in groups)
    return Extraction(quotes, tuple(unattributed))


def _build_quote(text: str, found: Attribution, passages: list[Passage], resolver: SpeakerResolver) -> Quote:
    segments = tuple(_span(text, passage.start, passage.end) for passage in passages)
    mention = cue = None
    speaker: Speaker | None = None
    if found.mention:
        mention = _span(text, *found.mention)
        speaker = resolver.resolve(found)
    if found.cue:
        cue = _span(text, *found.cue)
    words = " … ".join(segment.text for segment in segments)
    return Quote(
        words, _kind(text, passages), segments, speaker, mention, cue, found.rule, CONFIDENCE.get(found.rule, 0.5)
    )


def _kind(text: str, passages: list[Passage]) -> QuoteKind:
    """Direct if the first passage opens a sentence or follows a stop, else part of a reported clause."""
    first = passages[0]
    return "direct" if text[first.start].isupper() or len(passages) > 1 else "mixed"


def _span(text: str, start: int, end: int) -> Span:
    return Span(start, end, text[start:end])
