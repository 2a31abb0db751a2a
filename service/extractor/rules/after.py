"""Rules for a cue that stands after its quotation."""

from itertools import islice

import regex

from service.extractor.cues import Cue, cue_at, inverted_cue
from service.extractor.mentions import ASIDE, GAP, NOUN_PHRASE, Subject, subject_after
from service.extractor.rules.site import Attribution, Site
from service.extractor.tokens import SENTENCE_REACH

# How many commas behind a passage are tried: what keeps a sentence of nothing but passages fast.
_COMMAS_AHEAD = 16
_CUE_NAME = regex.compile(r"[,?.]?-?D*(?P<cue>[VBMLR])")
_NAME_CUE = regex.compile(
    rf"""
    (?P<stop>[,?.]?)-?[DoA]*
    (?P<head>[PEw]|{NOUN_PHRASE})(?:(?:[fo]|&){NOUN_PHRASE})*
    (?P<aside>{ASIDE})??{GAP}
    (?P<cue>[VBMLRKk])
    """,
    regex.VERBOSE,
)
_ACCORDING = regex.compile(r"[,?.]?-?D*(?P<cue>Wx)")
_TRAILING = regex.compile(r"(?P<comma>[,-])(?P<rest>[^Q]*)")


def quote_cue_name(site: Site) -> Attribution | None:
    """“We will not move,” said Jane Doe."""
    match = _CUE_NAME.match(site.tags, site.at + 1, site.at + SENTENCE_REACH)
    if not match or match.group().startswith("."):
        return None
    at = match.start("cue")
    cue = inverted_cue(site.shape, at)
    if cue is None or (
        at == site.at + 1 and site.tags[cue.subject.start] not in "CP" and not site.is_sentence()
    ):
        return None
    return site.attribute(cue)


def quote_name_cue(site: Site) -> Attribution | None:
    """“We will not move,” Jane Doe said."""
    match = _NAME_CUE.match(site.tags, site.at + 1, site.at + SENTENCE_REACH)
    if not match:
        return None
    at = match.start("cue")
    if match["stop"] in (".", "?") and not _closes_sentence(site, at, match["stop"]):
        return None
    start = match.start("head")
    if match["stop"] == "" and (site.tags[start - 1] in "oA" or site.tags[start] in "nuj#"):
        return None
    cue = cue_at(site.shape, at, site.at + 1)
    if cue is None:
        head_end = match.end("head")
        cue = Cue(at, site.tags[at], Subject(start, head_end, head_end))
    return site.attribute(cue)


def _closes_sentence(site: Site, at: int, stop: str) -> bool:
    """Whether a verb behind a full stop belongs to the quotation before it, not to a report of its own."""
    after = site.tags[at + 1 : at + 2]
    if stop == "?":
        if after == "c" and site.word(at + 1) in site.article.language.settings["question_words"]:
            return False
        return after not in ("t", "Q", ":") and site.tags[at : at + 2] not in ("VP", "VE")
    return after in (".", "", "~")


def according_to(site: Site) -> Attribution | None:
    """The bridge is “beyond repair,” according to the council."""
    match = _ACCORDING.match(site.tags, site.at + 1, site.at + SENTENCE_REACH)
    at = match.start("cue") if match else site.tags.find("Wx", site.start, site.end)
    if at < 0 or (not match and (",&" in site.tags[at : site.at] or site.tags[at - 1 : at] in ("v", "D"))):
        return None
    subject = subject_after(site.shape, at + 1, clause=True)
    return site.attribute_to(subject, at) if subject else None


def clause_name_cue(site: Site) -> Attribution | None:
    """The plan was “a joke” from the start, Jane Doe said."""
    tags = site.tags
    for match in islice(_TRAILING.finditer(tags, site.at + 1, site.end), _COMMAS_AHEAD):
        begin = match.start("rest")
        for at in range(begin, match.end()):
            if tags[at] not in "VB":
                continue
            cue = _trailing_cue(site, at, begin)
            if cue:
                return site.attribute(cue)
    return None


def _trailing_cue(site: Site, at: int, begin: int) -> Cue | None:
    """A verb near the end of the sentence whose subject begins right after a comma, or follows the verb."""
    tags = site.tags
    if tags[at - 1] in ",-":
        return inverted_cue(site.shape, at)
    cue = cue_at(site.shape, at, begin)
    if cue is None or cue.passive or tags[at + 1 : at + 2] in ("t", ":"):
        return None
    before = tags[cue.subject.start - 1]
    return cue if before in ",-" or tags[cue.subject.start - 2 : cue.subject.start] == ",&" else None


def passive_by(site: Site) -> Attribution | None:
    """The scheme was called “a waste of money” by the mayor."""
    tags = site.tags
    if tags[site.at + 1 : site.at + 2] != "y":
        return None
    for at in range(site.at - 1, max(site.start, site.at - 8) - 1, -1):
        if tags[at] in "VLvK" and "b" in tags[max(site.start, at - 3) : at]:
            subject = subject_after(site.shape, site.at + 1)
            return site.attribute_to(subject, at) if subject else None
    return None
