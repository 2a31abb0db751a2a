"""Puts passages, attributions and speakers together as quotes."""

from service.extractor.model import Extraction, Quote, QuoteKind, Span, Speaker, UnattributedPassage
from service.extractor.passages import Passage
from service.extractor.rules.site import Article, Attribution
from service.extractor.speakers import SpeakerResolver

_SPELLING_REACH = 100_000
_QUOTE_FIRST = frozenset(("quote_name_cue", "quote_cue_name"))
_COMMA_LEADS = _QUOTE_FIRST | {"name_cue_quote", "cue_name_quote", "manner_before", "split_quote"}
_WHOLE = frozenset(("unattributed", "byline", "introduced", "carried_on"))


def build_extraction(text: str, article: Article) -> Extraction:
    """The quotes of an article whose attributions are found, and the passages that are none."""
    resolver = SpeakerResolver(article)
    groups: list[tuple[Attribution, list[Passage]]] = []
    silent = []
    for index, (passage, found) in enumerate(zip(article.passages, article.found, strict=True)):
        if found is None:
            words = text[passage.start : passage.end]
            silent.append(
                UnattributedPassage(passage.start, passage.end, words, article.silent.get(index, "no cue"))
            )
        elif groups and found.mention and (found.joined or _resumes(article, index, groups[-1][0])):
            groups[-1][1].append(passage)
        else:
            groups.append((found, [passage]))
    quotes = tuple(_build_quote(text, article, found, passages, resolver) for found, passages in groups)
    return Extraction(quotes, tuple(silent))


def _resumes(article: Article, index: int, earlier: Attribution) -> bool:
    """Whether a passage shares sentence and attribution with the one before: "A," Doe said, "B"."""
    found, passage, before = article.found[index], article.passages[index], article.passages[index - 1]
    if found is None or found.mention is None:
        return False
    shape = article.shape_of(passage.paragraph)
    if (
        passage.paragraph != before.paragraph
        or shape.sentence(shape.token_of[index])[0] > shape.token_of[index - 1]
    ):
        return False
    if found.mention == earlier.mention and found.cue == earlier.cue:
        return True
    if earlier.rule not in _QUOTE_FIRST:
        return False
    if article.text[passage.start].islower() and found.rule in _QUOTE_FIRST:
        return True
    return found.mention == earlier.mention and before.outer_end <= found.mention[0] < passage.outer_start


def _build_quote(
    text: str, article: Article, found: Attribution, passages: list[Passage], resolver: SpeakerResolver
) -> Quote:
    segments = tuple(_span(text, passage.start, passage.end) for passage in passages)
    mention = cue = None
    speaker: Speaker | None = None
    if found.mention:
        mention = _span(text, *found.mention)
        speaker = _as_written(text, resolver.resolve(found))
    if found.cue:
        cue = _span(text, *found.cue)
    words = " … ".join(segment.text for segment in segments)
    return Quote(
        words,
        _kind(article, passages[0], found),
        segments,
        speaker,
        mention,
        cue,
        found.rule,
        article.language.confidences.of(found.rule),
    )


def _kind(article: Article, passage: Passage, found: Attribution) -> QuoteKind:
    """Direct where a sentence begins, a stop leads in or a capital says so; else part of a clause."""
    before = article.text[max(0, passage.outer_start - 3) : passage.outer_start].rstrip()[-1:]
    if passage.opened or found.rule in _WHOLE or not before or before in '.!?:\n"”(':
        return "direct"
    if before in ",;—–-" and found.rule in _COMMA_LEADS and not article.text[passage.start].islower():
        return "direct"
    shape = article.shape_of(passage.paragraph)
    after_that = shape.tags[shape.token_at(passage.outer_start) - 1] == "t"
    first = article.text[passage.start]
    return (
        "direct"
        if first.isupper() and not after_that and " " in article.text[passage.start : passage.end]
        else "mixed"
    )


def _span(text: str, start: int, end: int) -> Span:
    return Span(start, end, text[start:end])


def _as_written(text: str, speaker: Speaker | None) -> Speaker | None:
    """A speaker whose name has the apostrophes of the article, which the rules read as straight ones."""
    if speaker is None or "'" not in speaker.name:
        return speaker
    curly = speaker.name.replace("'", "’")
    return Speaker(curly, speaker.kind) if text.find(curly, 0, _SPELLING_REACH) >= 0 else speaker
