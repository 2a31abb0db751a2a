"""Rules for indirect speech whose cue stands behind its clause or inside it, or opens the sentence."""

from service.extractor import tags as tag
from service.extractor.clauses.subjects import Subject, subject_after
from service.extractor.languages.en.patterns import PARTS
from service.extractor.rules.report_site import Report, ReportSite
from service.extractor.shapes.patterns import pattern, regex_pattern

_PARTS = PARTS | {"phrases": "(?: <adverbs> <of|preposition|as|to> <np> )*+ <adverbs>"}
_REST = regex_pattern("<phrases> (?P<stop> <report_ends> | $ )", _PARTS)
_REST_TOLD = regex_pattern(
    "(?: <np> | <pronoun|determiner> )? <phrases> (?P<stop> <report_ends> | $ )", _PARTS
)
_RESUMED = pattern("(?: <^clause_ends>* <comma> )? <resumed>")
_FINITE = pattern("<finite> | <subject_pronouns|that> <possessive>")


def clause_name_said(site: ReportSite) -> Report | None:
    """The hall, Jane Doe said, would close."""
    cue = site.cue
    if cue is None or cue.tag not in tag.SAYS or not site.certain or not _reports(site):
        return None
    inverted = cue.subject.start > site.at
    comma = (site.at if inverted else cue.subject.start) - 1
    if comma <= site.start or site.tags[comma] not in tag.COMMA_OR_DASH:
        return None
    rest = _REST_TOLD if "addressee" in site.takes else _REST
    match = rest.match(site.tags, max(site.at + 1, cue.subject.end), site.end)
    if not match:
        return None
    later = match.end() if match["stop"] in tag.COMMA_OR_DASH else site.end
    if inverted:
        resumed = _RESUMED.match(site.tags, later, site.end)
        later = resumed.end() - 1 if resumed else site.end
    return _around(site, cue.subject, comma, later, parted=True)


def as_name_said(site: ReportSite) -> Report | None:
    """As Jane Doe said, the hall would close."""
    if site.cue is None or site.cue.subject.start > site.at or not _reports(site):
        return None
    opener = site.cue.subject.start - 1
    if opener < site.start or site.tags[opener] != tag.AS:
        return None
    rest = _REST.match(site.tags, site.at + 1, site.end)
    return _around(site, site.cue.subject, opener, rest.end()) if rest else None


def clause_according_to(site: ReportSite) -> Report | None:
    """The hall will close, according to the council."""
    if site.tags[site.at : site.at + 2] != tag.ACCORDING + tag.TO:
        return None
    subject = subject_after(site.shape, site.at + 1, clause=True)
    if subject is None or _is_measured(site, subject):
        return None
    last = site.at
    while last > site.start and site.tags[last - 1] in tag.ADVERB_OR_PREPOSITION:
        last -= 1
    comma = site.tags.find(tag.COMMA, subject.end, site.end)
    return _around(site, subject, last, comma + 1 if comma >= 0 else site.end)


def _is_measured(site: ReportSite, subject: Subject) -> bool:
    """Whether things are done by a measure, which says nothing: "placed according to age"."""
    if site.tags[site.at - 1 : site.at] != tag.VERB or site.at - 1 < site.start:
        return False
    head = site.word(subject.head_end - 1)
    things = site.tags[subject.head_end - 1] in tag.THINGS
    return (
        things
        and head not in site.article.language.settings["bodies"]
        and not site.word(subject.start).startswith("a")
    )


def _around(
    site: ReportSite, subject: Subject, last: int, later: int, *, parted: bool = False
) -> Report | None:
    """The clause before a report, up to token `last`, and behind it, from token `later` on.

    Behind a whole clause other words follow, unless the report is `parted` from both by commas.
    """
    first = site.start
    while first < last and site.tags[first] in tag.CONTINUATION:
        first += 1
    whole = _FINITE.search(site.tags, first, last) is not None
    if whole and not parted:
        later = site.end
    if not whole and not _FINITE.search(site.tags, later, site.end):
        return None
    return site.report(subject, (first, last), (later, site.end))


def _reports(site: ReportSite) -> bool:
    return "clause" in site.takes or "addressee" in site.takes
