"""Puts passages, attributions, reports and speakers together as quotes."""

from collections.abc import Set
from dataclasses import replace

from service.extractor import tags as tag
from service.extractor.article import Attribution, ParsedArticle, attribute_to
from service.extractor.model import Extraction, Quote, QuoteKind, Span, UnattributedPassage
from service.extractor.reports import find_reports
from service.extractor.rules.report_site import Report
from service.extractor.speakers.forms import find_form
from service.extractor.speakers.portraits import Portraits, as_written
from service.extractor.speakers.resolver import SpeakerResolver
from service.extractor.text.passages import Passage

_QUOTE_FIRST = frozenset(("quote_name_cue", "quote_cue_name"))
_COMMA_LEADS = _QUOTE_FIRST | {"name_cue_quote", "cue_name_quote", "manner_before", "split_quote"}
_WHOLE = frozenset(("unattributed", "byline", "introduced", "carried_on", "turn"))


def build_extraction(article: ParsedArticle, kinds: Set[QuoteKind], *, gender: bool = True) -> Extraction:
    """The quotes of an article whose attributions are found, and the passages that are none.

    Quotes in marks are the same whether indirect ones are wanted or not; `gender` is that of speakers.
    """
    resolver = SpeakerResolver(article)
    groups: list[tuple[Attribution, list[Passage]]] = []
    silent = []
    for index, (passage, found) in enumerate(zip(article.passages, article.found, strict=True)):
        if found is None:
            words = article.received[passage.start : passage.end]
            silent.append(
                UnattributedPassage(passage.start, passage.end, words, article.silent.get(index, "no cue"))
            )
        elif (
            groups
            and (found.mention or found.name == "")
            and (found.joined or _resumes(article, index, groups[-1][0]))
        ):
            groups[-1][1].append(passage)
        else:
            groups.append((found, [passage]))
    portraits = Portraits(article, resolver, gender=gender)
    for found, _ in groups:
        resolver.resolve(found)
    quotes = [_build_quote(article, found, passages, portraits) for found, passages in groups]
    everywhere = "indirect" in kinds
    paragraphs = range(len(article.paragraphs)) if everywhere else _list_mixed(article, quotes)
    reports = [
        report
        for paragraph in paragraphs
        for report in find_reports(article, article.shape_of(paragraph), around_quotes=not everywhere)
    ]
    _add_clauses(article, quotes, reports)
    if everywhere:
        quotes += _build_indirect(article, reports, [found for found, _ in groups], portraits)
        quotes.sort(key=lambda quote: quote.segments[0].start)
    return Extraction(tuple(quote for quote in quotes if quote.kind in kinds), tuple(silent))


def _resumes(article: ParsedArticle, index: int, earlier: Attribution) -> bool:
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
    article: ParsedArticle, found: Attribution, passages: list[Passage], portraits: Portraits
) -> Quote:
    segments = tuple(article.span(passage.start, passage.end) for passage in passages)
    return _make_quote(article, found, _kind(article, passages[0], found), segments, portraits)


def _make_quote(
    article: ParsedArticle,
    found: Attribution,
    kind: QuoteKind,
    segments: tuple[Span, ...],
    portraits: Portraits,
) -> Quote:
    """The quote of an attribution whose mention has been resolved, as have those of all like it."""
    resolver = portraits.resolver
    speaker = resolver.resolve(found)
    written = speaker and as_written(article.received, speaker)
    form = find_form(article, resolver.index, found, written)
    article.forms[found.rule, segments[0].start] = form
    mention = article.span(*found.mention) if found.mention else None
    return Quote(
        " … ".join(segment.text for segment in segments),
        kind,
        segments,
        speaker and portraits.portray(speaker, mention),
        mention,
        article.span(*found.cue) if found.cue else None,
        found.rule,
        article.language.confidences.of(found.rule, form),
        co_speakers=tuple(portraits.portray(other, None) for other in resolver.beside(found)),
    )


def _kind(article: ParsedArticle, passage: Passage, found: Attribution) -> QuoteKind:
    """Direct where a sentence begins, a stop leads in or a capital says so; else part of a clause."""
    before = article.text[max(0, passage.outer_start - 3) : passage.outer_start].rstrip()[-1:]
    if passage.opened or found.rule in _WHOLE or not before or before in '.!?:\n"”(':
        return "direct"
    if before in ",;—–-" and found.rule in _COMMA_LEADS and not article.text[passage.start].islower():
        return "direct"
    shape = article.shape_of(passage.paragraph)
    after_that = shape.tags[shape.token_at(passage.outer_start) - 1] == tag.THAT
    first = article.text[passage.start]
    return (
        "direct"
        if first.isupper() and not after_that and " " in article.text[passage.start : passage.end]
        else "mixed"
    )


def _list_mixed(article: ParsedArticle, quotes: list[Quote]) -> list[int]:
    """The paragraphs that hold a mixed quote."""
    starts = {quote.segments[0].start for quote in quotes if quote.kind == "mixed"}
    return sorted({passage.paragraph for passage in article.passages if passage.start in starts})


def _add_clauses(article: ParsedArticle, quotes: list[Quote], reports: list[Report]) -> None:
    """Give mixed quotes the clause around them if it reports their own speaker."""
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
                    clause = article.span(*shape.span(first, last))
                    quotes[index] = replace(quote, clause=clause)


def _quoted_tokens(article: ParsedArticle, report: Report, first: int, last: int) -> list[int]:
    """The passages among tokens that are quotes of their own."""
    shape = report.shape
    return [
        token
        for token in range(first, last)
        if shape.tags[token] == tag.PASSAGE and article.found[shape.passage_at[token]] is not None
    ]


def _list_closing_cues(article: ParsedArticle) -> set[int]:
    """Where cues stand that close a quotation before them: behind "...,” she said" is where and when."""
    return {
        found.cue[0]
        for passage, found in zip(article.passages, article.found, strict=True)
        if found and found.cue and passage.outer_end <= found.cue[0]
    }


def _cut_at_quote(article: ParsedArticle, report: Report) -> Report | None:
    """A report up to the clause of a quote that has its own cue: "Doe said they would go, adding: “...”"."""
    quoted = [token for content in report.content for token in _quoted_tokens(article, report, *content)]
    if not quoted:
        return report
    shape, (first, _) = report.shape, report.content[0]
    found = article.found[shape.passage_at[quoted[0]]]
    if len(report.content) > 1 or first < report.cue or found is None or not found.cue or not found.mention:
        return None
    if found.cue[0] == shape.starts[report.cue]:
        return None
    limit = min(
        token
        for token in (quoted[0], shape.token_at(found.cue[0]), shape.token_at(found.mention[0]))
        if token > first
    )
    last = next((at for at in range(limit, first, -1) if shape.tags[at] in tag.CUTS), first)
    while last > first and shape.tags[last - 1] in tag.CUTS:
        last -= 1
    return replace(report, content=((first, last),)) if last - first > 1 else None


def _build_indirect(
    article: ParsedArticle, reports: list[Report], quoted: list[Attribution], portraits: Portraits
) -> list[Quote]:
    """The reports without those that hold a quote: words in marks are not reported a second time."""
    closing = _list_closing_cues(article)
    told = [
        (attribute_to(each.shape, each.subject, each.cue, each.rule), each)
        for each in (_cut_at_quote(article, report) for report in reports)
        if each and each.shape.starts[each.cue] not in closing
    ]
    portraits.resolver.resolve_among(sorted([*quoted, *(found for found, _ in told)], key=_place))
    portraits.read_on()
    return [_build_report(article, found, report, portraits) for found, report in told]


def _place(found: Attribution) -> tuple[int, int]:
    return found.cue or found.mention or (0, 0)


def _build_report(article: ParsedArticle, found: Attribution, report: Report, portraits: Portraits) -> Quote:
    segments = tuple(article.span(*report.shape.span(first, last)) for first, last in report.content)
    return _make_quote(article, found, "indirect", segments, portraits)
