"""Rules for a cue that stands before its quotation, in the same sentence."""

from itertools import islice

import regex

from service.extractor.cues import Cue, cue_at, inverted_cue
from service.extractor.mentions import NOUN_PHRASE, Subject, clause_subject, nearest_subject, phrase_before
from service.extractor.rules.site import Attribution, Site
from service.extractor.tokens import Shape

# How many cues without a subject are tried, nearest first: what keeps a sentence of nothing but cues fast.
_CUES_BACK = 12
_SAYING = regex.compile("[VBHR;]")
_MANNER = regex.compile("[Mm;]")
_SAYING_OR_CALLING = regex.compile("[VBHLl;]")
_THINKING = regex.compile("[KkR;]")
_ANY = regex.compile("[LlVBHRKk;]")
_NEAR = regex.compile(r"[^.?VLMKvbaQ;]{0,18}?[,:t-]?")
_CLOSE = regex.compile(r"[^.?VLMKvQ;,c]{0,9}")
_PARENTHESIS = regex.compile(r",[CPdjnr#]+[aD]*V,")
_WORD_FOLLOWS = regex.compile("[^.?~,]")
_OPENING = regex.compile(NOUN_PHRASE)
_OWNED = regex.compile(
    rf"""
      d?[jn]*(?P<noun>u)f(?P<of>{NOUN_PHRASE})                   # "the warning from Jane Doe"
    | (?P<owner>{NOUN_PHRASE})s[jn#]*(?P<noun>u)                 # "Jane Doe's first answer"
    | (?<![CnruQ])(?P<owner>d)[jn#]*(?P<noun>u)                  # "her first answer"
    """,
    regex.VERBOSE,
)
_NEAR_NOUN = regex.compile(r"(?:[fox][^.?VLMKQ;:bv]{1,6})?(?:bD*(?:t[^.?VLMKQ;:]{0,14}|:)?|[:,])[dq]?")


def name_cue_quote(site: Site) -> Attribution | None:
    """Jane Doe told reporters in Leeds: “We will not move.”"""
    cue = _nearest_cue(site, _SAYING)
    if cue and not cue.passive and _NEAR.fullmatch(site.tags, cue.at + 1, site.at):
        return site.attribute(cue)
    return None


def manner_before(site: Site) -> Attribution | None:
    """Jane Doe laughed: “We will not move.”"""
    tags = site.tags
    cue = _nearest_cue(site, _MANNER)
    if cue is None or cue.passive:
        return None
    stopped = tags[site.at - 1] in ",:" and _NEAR.fullmatch(tags, cue.at + 1, site.at)
    return site.attribute(cue) if stopped or cue.at == site.at - 1 else None


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
    cue = _nearest_cue(site, _ANY)
    if cue is None or cue.tag not in "Ll":
        return None
    named = cue.at == site.at - 1 and site.word(cue.at) in site.article.language.settings["naming"]
    return None if named else site.attribute(cue)


def reported_clause(site: Site) -> Attribution | None:
    """Jane Doe said the scheme had been “a waste of money” from the start."""
    cue = _nearest_cue(site, _SAYING_OR_CALLING)
    if cue and site.tags[site.at - 1] == ":":
        subject = nearest_subject(site.shape, site.at - 2, cue.at + 1, "vba")
        if subject and site.tags[subject.start] in "PC":
            return site.attribute_to(subject, site.at - 1)
    if cue and cue.subject.start > cue.at and site.tags[site.at - 1] != ",":
        return None
    return site.attribute(cue) if cue else None


def thought_fragment(site: Site) -> Attribution | None:
    """Jane Doe wants “a fair hearing” for every tenant."""
    cue = _nearest_cue(site, _THINKING)
    if cue and (site.tags[cue.at + 1] == "t" or _CLOSE.fullmatch(site.tags, cue.at + 1, site.at)):
        return site.attribute(cue)
    return None


def _nearest_cue(site: Site, wanted: "regex.Pattern[str]") -> Cue | None:
    """The cue of the wanted sorts that stands nearest before the passage and has a subject."""
    for match in islice(reversed(list(wanted.finditer(site.tags, site.start, site.at))), _CUES_BACK):
        if match.group() == ";":
            return None
        cue = cue_at(site.shape, match.start(), site.start)
        if cue and not _closed_off(site, cue):
            return _outer(site, cue) or cue
    return None


def _outer(site: Site, cue: Cue) -> Cue | None:
    """The cue whose reported clause holds this one: "Doe said that Roe shows “great charm”" is Doe's."""
    tags = site.tags
    aside = _PARENTHESIS.search(tags, cue.subject.end, cue.at)
    if aside:
        return cue_at(site.shape, aside.end() - 2, aside.start() + 1)
    if cue.tag in "VHM" and tags[cue.at - 1] not in "xa" and cue.at >= site.at - 3:
        return None
    before = cue.subject.start - 1
    if before > site.start and tags[before] == "t":
        before -= 1
    if before < site.start or tags[before] not in "VBH":
        return None
    return cue_at(site.shape, before, site.start)


def _closed_off(site: Site, cue: Cue) -> bool:
    """Whether the cue's clause is a relative or subordinate one that a comma ends before the passage."""
    tags = site.tags
    first = cue.subject.start
    opener = tags[first] if tags[first] == "w" else tags[first - 1 : first]
    if opener != "w" and not (opener == "c" and first - 1 == site.start):
        return False
    comma = tags.find(",", cue.at + 1, site.at - 1)
    return comma >= 0


def name_colon_quote(site: Site) -> Attribution | None:
    """Jane Doe on the scheme: “A waste of money.”"""
    if site.at == site.start or site.tags[site.at - 1] != ":":
        return None
    subject = colon_subject(site.shape, site.at - 1, site.start)
    return site.attribute_to(subject, site.at - 1) if subject else None


def interview_turn(site: Site) -> Attribution | None:
    """Jane Doe: “We will not move.” - a paragraph of its own, as interviews print it."""
    colon = site.at - 1
    if site.start or colon < 1 or site.tags[colon] != ":":
        return None
    if not _OPENING.fullmatch(site.tags, 0, colon) or _WORD_FOLLOWS.search(site.tags, site.at + 1):
        return None
    return site.attribute_to(Subject(0, colon, colon), colon)


def dash_name_quote(site: Site) -> Attribution | None:
    """Polls tighten in Leeds - Jane Doe: “A waste of money.”"""
    colon = site.at - 1
    if site.at == site.start or site.tags[colon] != ":":
        return None
    phrase = phrase_before(site.shape, colon, site.start)
    if phrase is None or phrase.start == site.start or site.tags[phrase.start - 1] != "-":
        return None
    return site.attribute_to(phrase, colon)


def colon_subject(shape: Shape, colon: int, sentence: int) -> Subject | None:
    """Who speaks after a colon with no verb of speech: the phrase that opens the sentence, or its subject."""
    opening = _OPENING.match(shape.tags, sentence, colon)
    if opening and (opening.end() == colon or shape.tags[opening.end()] in "of,("):
        return Subject(sentence, opening.end(), opening.end())
    subject = clause_subject(shape, colon, sentence) or phrase_before(shape, colon, sentence)
    return None if subject and shape.tags[subject.start] == "E" else subject


def claim_that(site: Site) -> Attribution | None:
    """Jane Doe's claim that the scheme is “a waste of money” was denied."""
    for match in _OWNED.finditer(site.tags, site.start, site.at):
        if site.tags[match.end() : match.end() + 1] == "t" and "V" not in site.tags[match.end() : site.at]:
            return _owner(site, match)
    return None


def noun_cue(site: Site) -> Attribution | None:
    """Jane Doe's answer was that the scheme is “a waste of money”."""
    for match in _OWNED.finditer(site.tags, site.start, site.at):
        if not _NEAR_NOUN.fullmatch(site.tags, match.end(), site.at):
            continue
        answer = _owner(site, match)
        if answer:
            return answer
    return None


def _owner(site: Site, match: "regex.Match[str]") -> Attribution | None:
    start, end = match.span("owner") if match["owner"] else match.span("of")
    if match["owner"] == "d" and site.word(start).lower() not in site.article.language.pronoun_gender:
        return None
    return site.attribute_to(Subject(start, end, end), match.start("noun"))
