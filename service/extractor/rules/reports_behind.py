"""Rules for indirect speech whose cue stands behind its clause or inside it, or opens the sentence."""

import regex

from service.extractor.mentions import ADVERBS, NOUN_PHRASE, Subject, subject_after
from service.extractor.rules.report_site import Report, ReportSite

_PHRASES = rf"(?:{ADVERBS}[foAx]{NOUN_PHRASE})*+{ADVERBS}"
_REST = regex.compile(rf"{_PHRASES}(?P<stop>[,(;-]|$)")
_REST_TOLD = regex.compile(rf"(?:{NOUN_PHRASE}|[Pd])?{_PHRASES}(?P<stop>[,(;-]|$)")
_RESUMED = regex.compile(r"(?:[^.?,;:]*,)?[VBMLKRba]")
_FINITE = regex.compile(r"[VBMLKRvba]|[PEt]s")


def clause_name_said(site: ReportSite) -> Report | None:
    """The hall, Jane Doe said, would close."""
    cue = site.cue
    if cue is None or cue.tag not in "VB" or not site.certain or not _reports(site):
        return None
    inverted = cue.subject.start > site.at
    comma = (site.at if inverted else cue.subject.start) - 1
    if comma <= site.start or site.tags[comma] not in ",-":
        return None
    rest = _REST_TOLD if "addressee" in site.takes else _REST
    match = rest.match(site.tags, max(site.at + 1, cue.subject.end), site.end)
    if not match:
        return None
    later = match.end() if match["stop"] in (",", "-") else site.end
    if inverted:
        resumed = _RESUMED.match(site.tags, later, site.end)
        later = resumed.end() - 1 if resumed else site.end
    return _around(site, cue.subject, comma, later, parted=True)


def as_name_said(site: ReportSite) -> Report | None:
    """As Jane Doe said, the hall would close."""
    if site.cue is None or site.cue.subject.start > site.at or not _reports(site):
        return None
    opener = site.cue.subject.start - 1
    if opener < site.start or site.tags[opener] != "A":
        return None
    rest = _REST.match(site.tags, site.at + 1, site.end)
    return _around(site, site.cue.subject, opener, rest.end()) if rest else None


def clause_according_to(site: ReportSite) -> Report | None:
    """The hall will close, according to the council."""
    if site.tags[site.at : site.at + 2] != "Wx":
        return None
    subject = subject_after(site.shape, site.at + 1, clause=True)
    if subject is None:
        return None
    last = site.at
    while last > site.start and site.tags[last - 1] in "Do":
        last -= 1
    comma = site.tags.find(",", subject.end, site.end)
    return _around(site, subject, last, comma + 1 if comma >= 0 else site.end)


def _around(
    site: ReportSite, subject: Subject, last: int, later: int, *, parted: bool = False
) -> Report | None:
    """The clause before a report, up to token `last`, and behind it, from token `later` on.

    Behind a whole clause other words follow, unless the report is `parted` from both by commas.
    """
    first = site.start
    while first < last and site.tags[first] in "&?":
        first += 1
    whole = _FINITE.search(site.tags, first, last) is not None
    if whole and not parted:
        later = site.end
    if not whole and not _FINITE.search(site.tags, later, site.end):
        return None
    return site.report(subject, (first, last), (later, site.end))


def _reports(site: ReportSite) -> bool:
    return "clause" in site.takes or "addressee" in site.takes
