"""Puts passages, attributions, reports and speakers together as quotes."""

from collections.abc import Set
from dataclasses import replace

from service.extractor.model import Extraction, Quote, QuoteKind, Span, Speaker, UnattributedPassage
from service.extractor.passages import Passage
from service.extractor.reports import find_reports
from service.extractor.rules.report_site import Report
from service.extractor.rules.site import Article, Attribution, attribute_to
from service.extractor.speakers import SpeakerResolver

_SPELLING_REACH = 100_000
_QUOTE_FIRST = frozenset(("quote_name_cue", "quote_cue_name"))
_COMMA_LEADS = _QUOTE_FIRST | {"name_cue_quote", "cue_name_quote", "manner_before", "split_quote"}
_WHOLE = frozenset(("unattributed", "byline", "introduced", "carried_on"))


def build_extraction(text: str, article: Article, kinds: Set[QuoteKind]) -> Extraction:
    """The quotes of an article whose attributions are found, and the passages that are none.

    Quotes in marks are the same whether indirect ones are wanted or not.
    """
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
    quotes = [_build_quote(text, article, found, passages, resolver) for found, passages in groups]
    everywhere = "indirect" in kinds
    paragraphs = range(len(article.paragraphs)) if everywhere else _list_mixed(article, quotes)
    reports = [
        report
        for paragraph in paragraphs
        for report in find_reports(article, article.shape_of(paragraph), around_quotes=not everywhere)
    ]
    _add_clauses(text, article, quotes, reports)
    if everywhere:
        quotes += _build_indirect(text, article, reports, [found for found, _ in groups], resolver)
        quotes.sort(key=lambda quote: quote.segments[0].start)
    return Extraction(tuple(quote for quote in quotes if quote.kind in kinds), tuple(silent))


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
    return _make_quote(text, article, found, _kind(article, passages[0], found), segments, resolver)


def _make_quote(
    text: str,
    article: Article,
    found: Attribution,
    kind: QuoteKind,
    segments: tuple[Span, ...],
    resolver: SpeakerResolver,
) -> Quote:
    return Quote(
        " … ".join(segment.text for segment in segments),
        kind,
        segments,
        _as_written(text, resolver.resolve(found)),
        _span(text, *found.mention) if found.mention else None,
        _span(text, *found.cue) if found.cue else None,
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


def _list_mixed(article: Article, quotes: list[Quote]) -> list[int]:
    """The paragraphs that hold a mixed quote."""
    starts = {quote.segments[0].start for quote in quotes if quote.kind == "mixed"}
    return sorted({passage.paragraph for passage in article.passages if passage.start in starts})


def _add_clauses(text: str, article: Article, quotes: list[Quote], reports: list[Report]) -> None:
    """Give mixed quotes the clause around them, where it tells what their own speaker said."""
    index_at = {quote.segments[0].start: index for index, quote in enumerate(quotes)}
    for report in reports:
        shape = report.shape
        spoken_by = shape.starts[report.subject.start]
        for first, last in report.content:
            for token in _quoted_tokens(article, report, first, last):
                index = index_at.get(article.passages[shape.passage_at[token]].start, -1)
                quote = quotes[index]
                if index < 0 or quote.kind != "mixed" or quote.mention is None or last - first < 2:
                    continue
                if quote.mention.start == spoken_by:
                    clause = _span(text, shape.starts[first], shape.ends[last - 1])
                    quotes[index] = replace(quote, clause=clause)


def _quoted_tokens(article: Article, report: Report, first: int, last: int) -> list[int]:
    """The passages among tokens that are quotes of their own."""
    shape = report.shape
    return [
        token
        for token in range(first, last)
        if shape.tags[token] == "Q" and article.found[shape.passage_at[token]] is not None
    ]


def _build_indirect(
    text: str, article: Article, reports: list[Report], quoted: list[Attribution], resolver: SpeakerResolver
) -> list[Quote]:
    """The reports that hold no quote: what stands in marks is not told a second time."""
    told = [
        (attribute_to(each.shape, each.subject, each.cue, each.rule), each)
        for each in reports
        if not any(_quoted_tokens(article, each, *content) for content in each.content)
    ]
    resolver.resolve_among(sorted([*quoted, *(found for found, _ in told)], key=_place))
    return [_build_report(text, article, found, report, resolver) for found, report in told]


def _place(found: Attribution) -> tuple[int, int]:
    return found.cue or found.mention or (0, 0)


def _build_report(
    text: str, article: Article, found: Attribution, report: Report, resolver: SpeakerResolver
) -> Quote:
    shape = report.shape
    segments = tuple(_span(text, shape.starts[first], shape.ends[last - 1]) for first, last in report.content)
    return _make_quote(text, article, found, "indirect", segments, resolver)


def _span(text: str, start: int, end: int) -> Span:
    return Span(start, end, text[start:end])


def _as_written(text: str, speaker: Speaker | None) -> Speaker | None:
    """A speaker whose name has the apostrophes of the article, which the rules read as straight ones."""
    if speaker is None or "'" not in speaker.name:
        return speaker
    curly = speaker.name.replace("'", "’")
    return Speaker(curly, speaker.kind) if text.find(curly, 0, _SPELLING_REACH) >= 0 else speaker
