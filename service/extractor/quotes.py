"""Puts passages and attributions together as quotes."""

from service.extractor.model import Extraction, Quote, Span, Speaker
from service.extractor.rules.site import Article


def build_extraction(text: str, article: Article) -> Extraction:
    quotes = []
    for passage, found in zip(article.passages, article.found, strict=True):
        if found is None:
            continue
        segment = Span(passage.start, passage.end, text[passage.start : passage.end])
        mention = Span(*found.mention, text[slice(*found.mention)]) if found.mention else None
        cue = Span(*found.cue, text[slice(*found.cue)]) if found.cue else None
        speaker = Speaker(mention.text, "person") if mention else None
        quotes.append(Quote(segment.text, "direct", (segment,), speaker, mention, cue, found.rule, 0.9))
    return Extraction(tuple(quotes), ())
