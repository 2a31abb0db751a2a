"""Finds indirect speech: clauses that tell what somebody said.

Known limitation: a sentence that goes on with a report by its tense alone ("It would cost jobs, too.") is
taken for the article's own.
"""

from collections.abc import Iterator
from itertools import islice

from service.extractor import rules
from service.extractor import tags as tag
from service.extractor.article import ParsedArticle
from service.extractor.checkpoint import pass_checkpoint
from service.extractor.clauses.cues import Cue, cue_at
from service.extractor.clauses.subjects import Subject, subject_before
from service.extractor.rules.quote_site import is_thing
from service.extractor.rules.report_site import Report, ReportSite
from service.extractor.shapes.patterns import pattern
from service.extractor.shapes.shape import SENTENCE_REACH, Shape

_CUE = pattern("<sayings|according> | <document>(?=<that>)")
_STOP = pattern("<full_stops> | $")
_NOTHING: frozenset[str] = frozenset()
_AUXILIARIES_AT_MOST = 5
_GOVERNORS_AT_MOST = 12
# How many cues of a sentence are read: what keeps a sentence of nothing but cues fast.
_CUES_AT_MOST = 16


def find_reports(article: ParsedArticle, shape: Shape, *, around_quotes: bool = False) -> Iterator[Report]:
    """The reports of one paragraph, none inside another; or only those of sentences that quote something."""
    if not _CUE.search(shape.tags):
        return
    for start, end in _sentences(shape.tags):
        pass_checkpoint()
        if around_quotes and shape.tags.find(tag.PASSAGE, start, end) < 0:
            continue
        reports = [*_read_sentence(article, shape, start, end)]
        yield from reports if len(reports) < 2 else _outermost(reports)


def _sentences(tags: str) -> Iterator[tuple[int, int]]:
    """Token ranges of sentences: what runs on for longer than a sentence is read is a list or no prose."""
    start = 0
    for match in _STOP.finditer(tags):
        if 0 < match.start() - start <= SENTENCE_REACH:
            yield start, match.start()
        start = match.end()


def _read_sentence(article: ParsedArticle, shape: Shape, start: int, end: int) -> Iterator[Report]:
    """The reports of a sentence: for each cue that of the first rule that answers."""
    for match in islice(_CUE.finditer(shape.tags, start, end), _CUES_AT_MOST):
        at, sort = match.start(), match.group()
        word = article.text[shape.starts[at] : shape.ends[at]].lower()
        takes = article.language.complements.get(word, _NOTHING)
        if not takes and shape.tags.find(tag.THAT, at, end) < 0 and sort != tag.ACCORDING:
            continue
        cue = likely = None
        if sort not in tag.REPORT_NOUNS:
            cue = cue_at(shape, at, start)
            likely = cue or _likely_cue(shape, at, start)
            if likely is None:
                continue
        site = ReportSite(article, shape, shape.tags, at, start, end, likely, takes, cue is not None)
        if not _is_unsaid(site):
            yield from _first(site)


def _first(site: ReportSite) -> Iterator[Report]:
    for rule in rules.REPORT_RULES:
        report = rule(site)
        if report and not is_thing(site.article, *_mention(report)):
            yield Report(report.shape, report.content, report.subject, report.cue, rule.__name__)
            return


def _mention(report: Report) -> tuple[int, int]:
    return report.shape.span(report.subject.start, report.subject.end)


def _likely_cue(shape: Shape, at: int, first_token: int) -> Cue | None:
    """A verb whose subject or sort only a clause behind it shows: "old hands say there is", "42% say"."""
    tags, back = shape.tags, at - 1
    if back < first_token:
        return None
    if tags[back] in tag.QUANTITIES:
        share = (
            back - 2 >= first_token and tags[back - 1] == tag.PREPOSITION and tags[back - 2] in tag.QUANTITIES
        )
        return Cue(at, tags[at], Subject(back - 2 if share else back, at, at))  # "four in 10 say"
    if tags[at] == tag.SAYING and tags[back] == tag.POSSESSIVE and tags[back - 1] == tag.PRONOUN:
        return Cue(at, tags[at], Subject(back - 1, back, back))
    if tags[at] != tag.SAY_BASE or tags[back] == tag.TO:
        return None
    subject = subject_before(shape, at, first_token)
    return Cue(at, tags[at], subject) if subject else None


def _is_unsaid(site: ReportSite) -> bool:
    """Whether nothing was said, or may have been: "she did not say that", "he might say that"."""
    if site.cue is None:
        return False
    settings = site.article.language.settings
    subject, at = site.cue.subject, site.at
    follows = subject.end <= at
    if follows and not settings["nobody"].isdisjoint((site.word(subject.start), site.word(subject.end - 1))):
        return True
    governed = at > site.start and site.tags[at - 1] in tag.GOVERN_VERBS
    if governed and site.tags[subject.start] == tag.IT:
        return True
    first = max(subject.end if follows else site.start, at - _AUXILIARIES_AT_MOST)
    if any(site.word(token) in settings["unsaid"] for token in range(first, at)):
        return True
    if not governed and site.tags[at] != tag.SAYING:
        return False
    first = max(subject.end if follows else site.start, at - _GOVERNORS_AT_MOST)
    return any(site.word(token) in settings["withholding"] for token in range(first, at))


def _outermost(reports: list[Report]) -> list[Report]:
    """Reports that stand in no other: one behind its clause goes before those that the clause holds."""
    kept: list[Report] = []
    for report in sorted(reports, key=lambda report: (report.content[0][0] > report.cue, report.cue)):
        if not any(_overlaps(report, other) for other in kept):
            kept.append(report)
    return sorted(kept, key=lambda report: report.content)


def _overlaps(report: Report, other: Report) -> bool:
    spans, others = ([*each.content, (each.cue, each.cue + 1)] for each in (report, other))
    return any(start < last and first < end for start, end in spans for first, last in others)
