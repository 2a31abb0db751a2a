"""Rules for indirect speech whose cue stands behind its clause, or inside it; and for "according to"."""

import regex

from service.extractor.mentions import ADVERBS, NOUN_PHRASE, Subject, subject_after
from service.extractor.rules.report_site import Report, ReportSite

_PHRASES = rf"(?:{ADVERBS}[foAx]{NOUN_PHRASE})*+{ADVERBS}"
_REST = regex.compile(rf"{_PHRASES}(?P<stop>[,(;-]|$)")
_REST_TOLD = regex.compile(rf"(?:{NOUN_PHRASE}|[Pd])?{_PHRASES}(?P<stop>[,(;-]|$)")
_RESUMED = regex.compile(r"(?:[^.?,;:]*,)?[VBMLKRba]")
_CLAUSE_AT_LEAST = 2


def clause_name_said(site: ReportSite) -> Report | None:
    """The hall would close, Jane Doe said."""
    if site.tags[site.at] not in "VB" or site.cue is None or site.cue.passive or not _reports(site):
        return None
    subject = site.cue.subject
    comma = (site.at if subject.start > site.at else subject.start) - 1
    if comma <= site.start or site.tags[comma] not in ",-":
        return None
    rest = _REST_TOLD if site.takes("addressee") else _REST
    match = rest.match(site.tags, max(site.at + 1, subject.end), site.end)
    if not match:
        return None
    goes_on = match["stop"] in (",", "-")
    if goes_on and subject.start > site.at:
        resumed = _RESUMED.match(site.tags, match.end(), site.end)
        goes_on = resumed is not None
        later = resumed.end() - 1 if resumed else site.end
    else:
        later = match.end() if goes_on else site.end
    return site.report((_first_word(site), comma), (later, site.end))


def as_name_said(site: ReportSite) -> Report | None:
    """As Jane Doe said, the hall would close."""
    if site.cue is None or site.cue.subject.start > site.at or not _reports(site):
        return None
    opener = site.cue.subject.start - 1
    if opener < site.start or site.tags[opener] != "A":
        return None
    rest = _REST.match(site.tags, site.at + 1, site.end)
    if not rest:
        return None
    if opener <= _first_word(site):
        return site.report((rest.end(), site.end))
    return site.report((_first_word(site), opener - 1)) if site.tags[opener - 1] == "," else None


def clause_according_to(site: ReportSite) -> Report | None:
    """The hall will close, according to the council."""
    subject = _named_source(site)
    last = site.at
    while last > site.start and site.tags[last - 1] in "Do":
        last -= 1
    if last > site.start and site.tags[last - 1] in ",-":
        last -= 1
    content = (_first_word(site), last)
    if subject is None or content[1] - content[0] < _CLAUSE_AT_LEAST:
        return None
    return Report((content,), subject, site.at)


def according_to_clause(site: ReportSite) -> Report | None:
    """According to the council, the hall will close."""
    subject = _named_source(site)
    if subject is None or site.at - _first_word(site) >= _CLAUSE_AT_LEAST:
        return None
    comma = site.tags.find(",", subject.end, site.end)
    return Report(((comma + 1, site.end),), subject, site.at) if comma >= 0 else None


def _named_source(site: ReportSite) -> Subject | None:
    if site.tags[site.at : site.at + 2] != "Wx":
        return None
    return subject_after(site.shape, site.at + 1, clause=True)


def _reports(site: ReportSite) -> bool:
    return site.takes("clause") or site.takes("addressee")


def _first_word(site: ReportSite) -> int:
    """Where a sentence begins, past the word that ties it to the one before."""
    first = site.start
    while first < site.end and site.tags[first] in "&,~-.?":
        first += 1
    return first
