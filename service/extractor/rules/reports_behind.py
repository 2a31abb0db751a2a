"""Rules for indirect speech whose cue stands behind its clause, or inside it; and for "according to"."""

import regex

from service.extractor.cues import inverted_cue
from service.extractor.mentions import subject_after
from service.extractor.rules.report_site import Report, ReportSite

_FINITE = regex.compile("[VBMLKRvba]")


def clause_name_said(site: ReportSite) -> Report | None:
    """The hall would close, Jane Doe said."""
    if site.tags[site.at] not in "VB" or site.cue is None or site.cue.passive:
        return None
    subject = site.cue.subject
    comma = (site.at if subject.start > site.at else subject.start) - 1
    if comma <= site.start or site.tags[comma] not in ",-":
        return None
    after = max(site.at + 1, subject.end)
    return site.report((_first_word(site), comma), _goes_on(site, after))


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
    if last > site.start and site.tags[last - 1] in ",-":
        last -= 1
    first = _first_word(site)
    if last > first:
        return Report(((first, last),), subject, site.at)
    comma = site.tags.find(",", subject.end, site.end)
    return Report(((comma + 1, site.end),), subject, site.at) if comma >= 0 else None


def _first_word(site: ReportSite) -> int:
    """Where a sentence begins, past the word that ties it to the one before."""
    first = site.start
    while first < site.end and site.tags[first] in "&,~-.?":
        first += 1
    return first


def _goes_on(site: ReportSite, after: int) -> tuple[int, int]:
    """The rest of a clause that the report stands inside: "The hall, she said, would close"."""
    if site.tags[after : after + 1] not in (",", "-"):
        return (site.end, site.end)
    return (after + 1, site.end)
