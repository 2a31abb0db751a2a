"""Finds indirect speech: clauses that tell what somebody said, outside quotation marks."""

from collections.abc import Iterator
from dataclasses import replace

from service.extractor.cues import Cue, cue_at
from service.extractor.mentions import Subject, subject_before
from service.extractor.rules import REPORT_RULES
from service.extractor.rules.report_site import Report, ReportSite
from service.extractor.rules.site import Article
from service.extractor.tokens import SENTENCE_REACH, Shape

_CUES = frozenset("VBHWu")


def find_reports(article: Article, shape: Shape) -> Iterator[Report]:
    """The reports of one paragraph, sentence by sentence, none inside another."""
    for start, end in _sentences(shape.tags):
        yield from _outermost(list(_read(article, shape, start, end)))


def _sentences(tags: str) -> Iterator[tuple[int, int]]:
    start = 0
    while start < len(tags):
        ends = [at for at in (tags.find(".", start), tags.find("?", start)) if at >= 0]
        end = min([*ends, len(tags), start + 2 * SENTENCE_REACH])
        if end > start:
            yield start, end
        start = max(end, start) + (0 if end == start + 2 * SENTENCE_REACH else 1)


def _read(article: Article, shape: Shape, start: int, end: int) -> Iterator[Report]:
    """What each verb of a sentence reports, by the first rule that answers."""
    tags = shape.tags
    for at in range(start, end):
        if tags[at] not in _CUES:
            continue
        known = None if tags[at] in "Wu" else cue_at(shape, at, start)
        cue = known or (_likely_cue(shape, at, start) if tags[at] in "VBH" else None)
        site = ReportSite(article, shape, at, start, end, cue, known is not None)
        if cue and _is_denied(site):
            continue
        for rule in REPORT_RULES:
            report = rule(site)
            if report:
                yield replace(report, rule=rule.__name__)
                break


def _likely_cue(shape: Shape, at: int, sentence: int) -> Cue | None:
    """A form that may be a verb or a noun: a clause behind it shows which ("old hands say there is")."""
    tags, back = shape.tags, at - 1
    if back < sentence:
        return None
    if tags[back] in "#q":
        return Cue(at, tags[at], Subject(back, at, at))
    if tags[at] == "H" and tags[back] == "s" and tags[back - 1 : back] == "P":
        return Cue(at, tags[at], Subject(back - 1, back, back))
    if tags[at] != "B" or tags[back] == "x":
        return None
    subject = subject_before(shape, at, sentence)
    return Cue(at, tags[at], subject) if subject else None


def _is_denied(site: ReportSite) -> bool:
    """Whether the sentence says that nothing was said, or only that it may be."""
    if site.cue is None:
        return False
    settings = site.article.language.settings
    first = site.cue.subject.end if site.cue.subject.end <= site.at else max(site.start, site.at - 2)
    return any(
        site.word(token) in settings["unsaid"]
        for token in range(max(first, site.at - 5), site.at)
    )


def _outermost(reports: list[Report]) -> Iterator[Report]:
    """Reports that stand in no other: one behind its clause goes before those that the clause holds."""
    kept: list[Report] = []
    for report in sorted(reports, key=lambda report: (report.content[0][0] > report.cue, report.cue)):
        if not any(_touches(report, other) for other in kept):
            kept.append(report)
    yield from sorted(kept, key=lambda report: report.content)


def _touches(report: Report, other: Report) -> bool:
    spans = [*report.content, (report.cue, report.cue + 1)]
    others = [*other.content, (other.cue, other.cue + 1)]
    return any(a < d and c < b for a, b in spans for c, d in others)
