"""Rules for indirect speech whose cue stands ahead of its clause."""

import regex

from service.extractor.mentions import ADVERBS, ASIDE, GAP, NOUN_PHRASE, subject_after
from service.extractor.rules.report_site import Report, ReportSite

_PHRASES = rf"(?:{ADVERBS}[foA]{NOUN_PHRASE})*+{ADVERBS}"
_ADDRESSEE = rf"(?:{NOUN_PHRASE}(?:[fo]{NOUN_PHRASE})*+|[Pd])"
_CLAUSE = rf"(?:[PE][^.?,]|c|D[ba]|(?:[dq]?[jnCrus#z]*+(?:[fo&]{NOUN_PHRASE})*)(?:{ASIDE})?{GAP}[VBMLKRba])"
_THAT = regex.compile(rf"{ADVERBS}(?:x{NOUN_PHRASE})?{_PHRASES}(?:,[^,.?;:]{{1,40}},)?t(?=[^.?,;:])")
_BARE = regex.compile(rf"{_PHRASES}(?:,D,)?(?P<clause>[^.?,;:x(tY].{{2}})")
_TOLD = regex.compile(rf"{ADVERBS}{_ADDRESSEE}{_PHRASES}(?P<clause>t?[^.?,;:x(of].)")
_ASKED = regex.compile(rf"{ADVERBS}(?:{_ADDRESSEE}{_PHRASES}(?=c)|{_PHRASES})(?P<question>[cw])")
_TO = regex.compile(r"D*(?P<clause>D?xD*[^dqCPE#Yj.?,;:])")
_DOING = regex.compile(r"D*(?P<clause>D?[zHlmka])")
_FINITE = regex.compile("[VBMLKRvba]|P[^.?,]")
_ENDS = regex.compile(r",D*H|,[oD]*Wx|;")
_OPENED = regex.compile(rf"D?W?xs?")


def name_said_that(site: ReportSite) -> Report | None:
    """Jane Doe said on Monday that the hall would close."""
    match = _THAT.match(site.tags, site.at + 1, site.end)
    return _report_from(site, match.end() - 1) if match else None


def name_told_that(site: ReportSite) -> Report | None:
    """Jane Doe told the council (that) the hall would close."""
    if not site.takes("addressee"):
        return None
    match = _TOLD.match(site.tags, site.at + 1, site.end)
    if not match or not _FINITE.search(site.tags, match.start("clause"), site.end):
        return None
    return _report_from(site, match.start("clause"))


def name_said_clause(site: ReportSite) -> Report | None:
    """Jane Doe said the hall would close."""
    if not site.takes("clause"):
        return None
    match = _BARE.match(site.tags, site.at + 1, site.end)
    if not match or not _FINITE.search(site.tags, match.start("clause"), site.end):
        return None
    return _report_from(site, match.start("clause"))


def name_asked_whether(site: ReportSite) -> Report | None:
    """Jane Doe asked whether the hall would close."""
    if not site.takes("question"):
        return None
    match = _ASKED.match(site.tags, site.at + 1, site.end)
    if not match:
        return None
    return _report_from(site, match.start("question"))


def name_promised_to(site: ReportSite) -> Report | None:
    """Jane Doe promised to keep the hall open."""
    match = _TO.match(site.tags, site.at + 1, site.end) if site.takes("infinitive") else None
    return _report_from(site, match.start("clause")) if match else None


def name_denied_doing(site: ReportSite) -> Report | None:
    """Jane Doe denied closing the hall."""
    match = _DOING.match(site.tags, site.at + 1, site.end) if site.takes("gerund") else None
    if not match or not site.word(match.end() - 1).endswith("ing"):
        return None
    return _report_from(site, match.start("clause"))


def _report_from(site: ReportSite, first: int) -> Report | None:
    """A report that goes on to the end of its sentence, or to the next verb of saying of its subject."""
    if site.cue is None or site.cue.passive or site.cue.subject.start > site.at:
        return None
    end = _ENDS.search(site.tags, first, site.end)
    return site.report((first, end.start() if end else site.end))
