"""Rules for a cue that stands before its quotation, in the same sentence."""

import regex

from service.extractor.cues import Cue, cue_at, inverted_cue
from service.extractor.mentions import subject_before
from service.extractor.rules.site import Attribution, Site

_NEAR = regex.compile(r"[^.?VLMKvbaQ;]{0,18}?[,:t-]?")
_CLOSE = regex.compile(r"[^.?VLMKvbaQ;,c]{0,8}")
_COLON = regex.compile(r"[:-]$")


def name_cue_quote(site: Site) -> Attribution | None:
    """Jane Doe told reporters in Leeds: “We will not move.”"""
    cue = _nearest_cue(site, "VBHR")
    if cue and not cue.passive and _NEAR.fullmatch(site.tags, cue.at + 1, site.at):
        return site.attribute(cue)
    return None


def manner_before(site: Site) -> Attribution | None:
    """Jane Doe laughed: “We will not move.”"""
    tags = site.tags
    if tags[site.at - 1 : site.at] not in (",", ":"):
        return None
    cue = _nearest_cue(site, "Mm")
    if cue and not cue.passive and _NEAR.fullmatch(tags, cue.at + 1, site.at):
        return site.attribute(cue)
    return None


def cue_name_quote(site: Site) -> Attribution | None:
    """Said Jane Doe: “We will not move.”"""
    tags = site.tags
    if tags[site.at - 1 : site.at] not in (":", ","):
        return None
    first = site.start
    if tags[first : first + 1] in ("V", "C") and site.word(first).lower() in site.article.language.tags:
        cue = inverted_cue(site.shape, first)
        if cue and cue.subject.end <= site.at:
            return site.attribute(cue)
    return None


def call_fragment(site: Site) -> Attribution | None:
    """Jane Doe called the scheme “a waste of money”."""
    cue = _nearest_cue(site, "LlVBHRKk")
    if cue and cue.tag in "Ll":
        return site.attribute(cue)
    return None


def reported_clause(site: Site) -> Attribution | None:
    """Jane Doe said the scheme had been “a waste of money” from the start."""
    cue = _nearest_cue(site, "VBHLl")
    return site.attribute(cue) if cue else None


def thought_fragment(site: Site) -> Attribution | None:
    """Jane Doe wants “a fair hearing” for every tenant."""
    cue = _nearest_cue(site, "KkR")
    if cue and _CLOSE.fullmatch(site.tags, cue.at + 1, site.at):
        return site.attribute(cue)
    return None


def _nearest_cue(site: Site, wanted: str) -> Cue | None:
    """The cue of the wanted sorts that stands nearest before the passage and has a subject."""
    tags = site.tags
    for at in range(site.at - 1, site.start - 1, -1):
        if tags[at] in wanted:
            cue = cue_at(site.shape, at, site.start)
            if cue and not _closed_off(site, cue):
                return cue
        elif tags[at] == ";":
            return None
    return None


def _closed_off(site: Site, cue: Cue) -> bool:
    """Whether the cue's clause is a relative or subordinate one that a comma ends before the passage."""
    tags = site.tags
    first = cue.subject.start
    opener = tags[first] if tags[first] == "w" else tags[first - 1 : first]
    if opener not in ("w", "c") or first - 1 < site.start and opener != "w":
        return False
    comma = tags.find(",", cue.at + 1, site.at - 1)
    return comma >= 0


def name_colon_quote(site: Site) -> Attribution | None:
    """Jane Doe on the scheme: “A waste of money.”"""
    tags = site.tags
    if tags[site.at - 1 : site.at] != ":":
        return None
    subject = subject_before(site.shape, site.at - 1, site.start)
    return site.attribute_to(subject, site.at - 1) if subject else None
