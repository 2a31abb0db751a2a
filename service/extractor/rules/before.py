"""Rules for a cue that stands before its quotation, in the same sentence."""

import re
from collections.abc import Iterator
from itertools import islice

from service.extractor import tags as tag
from service.extractor.article import Attribution, attribute_to
from service.extractor.clauses.cues import Cue, cue_at, inverted_cue
from service.extractor.clauses.subjects import Subject, clause_subject, nearest_subject, phrase_before
from service.extractor.languages.en.patterns import PARTS
from service.extractor.rules.quote_site import Site
from service.extractor.shapes.patterns import pattern
from service.extractor.shapes.shape import Shape

# How many cues without a subject are tried, nearest first: what keeps a sentence of nothing but cues fast.
_CUES_BACK = 12
_SAYING = pattern("<sayings|read|semicolon>")
_MANNER = pattern("<manners|semicolon>")
_SAYING_OR_CALLING = pattern("<sayings|calls|semicolon>")
_THINKING = pattern("<thinks|read|semicolon>")
_ANY = pattern("<sayings|calls|thinks|read|semicolon>")
_NEAR = pattern(
    "<^full_stops|semicolon|passage|finite_speech|think|plain_verbs>{0,18}? <comma|colon|dash|that>?"
)
_CLOSE = pattern("<^full_stops|semicolon|comma|passage|finite_speech|think|verb|clause_word>{0,9}")
_PARENTHESIS = pattern(
    "<comma> <named|determiner|adjective|number|noun|role>+ <adverb_or_auxiliary>* <say> <comma>"
)
_OPENING = pattern("<np>", PARTS)


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
    stopped = tags[site.at - 1] in tag.COMMA_OR_COLON and _NEAR.fullmatch(tags, cue.at + 1, site.at)
    return site.attribute(cue) if stopped or cue.at == site.at - 1 else None


def cue_name_quote(site: Site) -> Attribution | None:
    """Said Jane Doe: “We will not move.”"""
    tags = site.tags
    if tags[site.at - 1 : site.at] not in tag.COMMA_OR_COLON:
        return None
    first = site.start
    if tags[first : first + 1] in tag.SAY_OR_NAME and site.word(first).lower() in site.article.language.tags:
        cue = inverted_cue(site.shape, first)
        if cue and cue.subject.end <= site.at and not tag.SAYS.intersection(tags[cue.subject.end : site.at]):
            return site.attribute(cue)
    return None


def call_fragment(site: Site) -> Attribution | None:
    """Jane Doe called the scheme “a waste of money”."""
    cue = _nearest_cue(site, _ANY)
    if cue is None or cue.tag not in tag.CALLS or tag.ACCORDING in site.tags[site.start : cue.at]:
        return None
    settings = site.article.language.settings
    named = cue.at == site.at - 1 and site.word(cue.at) in settings["naming"]
    what = cue.subject.start - 1
    if named and what >= site.start and site.word(what).lower() in settings["asking_words"]:
        named = site.tags[cue.subject.head_end - 1] not in tag.SPEAKERS
    return None if named else site.attribute(cue)


def reported_clause(site: Site) -> Attribution | None:
    """Jane Doe said the scheme had been “a waste of money” from the start."""
    cue = _nearest_cue(site, _SAYING_OR_CALLING)
    if cue and site.tags[site.at - 1] == tag.COLON:
        subject = nearest_subject(site.shape, site.at - 2, cue.at + 1, tag.PLAIN_VERBS)
        named = subject is not None and site.tags[subject.start] in tag.NAMED
        if subject and named and site.tags[subject.start - 1] != tag.THAT:
            return attribute_to(site.shape, subject, site.at - 1)
    if cue and cue.subject.start > cue.at and site.tags[site.at - 1] != tag.COMMA:
        return None
    return site.attribute(cue) if cue else None


def thought_fragment(site: Site) -> Attribution | None:
    """Jane Doe wants “a fair hearing” for every tenant."""
    cue = _nearest_cue(site, _THINKING)
    if cue and (site.tags[cue.at + 1] == tag.THAT or _CLOSE.fullmatch(site.tags, cue.at + 1, site.at)):
        return site.attribute(cue)
    return None


def _nearest_cue(site: Site, wanted: re.Pattern[str]) -> Cue | None:
    """The cue of the wanted sorts that stands nearest before the passage and has a subject."""
    cue = next(_cues_before(site, wanted, site.at), None)
    return cue and (_outer(site, cue) or _reporting(site, cue) or cue)


def _cues_before(site: Site, wanted: re.Pattern[str], end: int) -> Iterator[Cue]:
    """The cues of the wanted sorts before token `end` that have a subject, the nearest first."""
    for match in islice(reversed(list(wanted.finditer(site.tags, site.start, end))), _CUES_BACK):
        if match.group() == tag.SEMICOLON:
            return
        cue = cue_at(site.shape, match.start(), site.start)
        if cue and not _closed_off(site, cue):
            yield cue


def _outer(site: Site, cue: Cue) -> Cue | None:
    """The cue whose reported clause holds this one: "Doe said that Roe shows “great charm”" is Doe's."""
    tags = site.tags
    aside = _PARENTHESIS.search(tags, cue.subject.end, cue.at)
    if aside:
        return cue_at(site.shape, aside.end() - 2, aside.start() + 1)
    near = cue.at >= site.at - 3 and tags[cue.at - 1] not in tag.TO_OR_AUXILIARY
    if near and cue.tag in tag.ALOUD and not _is_mere_thing(site, cue.subject):
        return None
    if cue.tag == tag.SAYING and tags[cue.at - 1] == tag.AS:
        return None
    before = cue.subject.start - 1
    if before > site.start and tags[before] == tag.THAT:
        before -= 1
        if tags[before] == tag.CONJUNCTION:
            return _first_of_reports(site, before)
    if before < site.start or tags[before] not in tag.REPORTS:
        return None
    return cue_at(site.shape, before, site.start)


def _first_of_reports(site: Site, conjunction: int) -> Cue | None:
    """The cue of a report that goes on: "Doe said that it rained | and that the crowd thought it “grand”"."""
    return next((cue for cue in _cues_before(site, _SAYING, conjunction) if not cue.passive), None)


def _reporting(site: Site, cue: Cue) -> Cue | None:
    """The cue of who reports a clause in which nobody speaks: "Doe said any deal would demand “care”"."""
    tags = site.tags
    thing = _is_mere_thing(site, cue.subject)
    named = tags[cue.subject.head_end - 1] in tag.NAMED
    governed = not named and cue.at == site.at - 2 and tags[site.at - 1] in tag.OBJECT_OPENERS
    if not (thing or governed):
        return None
    outer = _cues_before(site, _SAYING, cue.subject.start)
    return next((each for each in outer if tags[each.subject.head_end - 1] in tag.SPEAKERS), None)


def _is_mere_thing(site: Site, subject: Subject) -> bool:
    """Whether a subject cannot speak for itself: "a resident says the plan threatens to “kill” the town"."""
    head = site.word(subject.head_end - 1).lower()
    known = site.article.language.settings
    return (
        site.tags[subject.head_end - 1] == tag.NOUN
        and head not in known["bodies"]
        and head not in known["plurals"]
    )


def _closed_off(site: Site, cue: Cue) -> bool:
    """Whether the cue's clause is a relative or subordinate one that a comma ends before the passage."""
    tags = site.tags
    first = cue.subject.start
    opener = tags[first] if tags[first] == tag.RELATIVE else tags[first - 1 : first]
    fronted = opener == tag.CLAUSE_WORD and first - 1 == site.start
    # "Doe said that once the council meets, “...”"
    inside = opener in tag.CLAUSE_OR_ADVERB and tags[first - 2 : first - 1] == tag.THAT
    if opener != tag.RELATIVE and not (fronted or inside):
        return False
    return tags.find(tag.COMMA, cue.at + 1, site.at - 1) >= 0


def name_colon_quote(site: Site) -> Attribution | None:
    """Jane Doe on the scheme: “A waste of money.”"""
    if site.at == site.start or site.tags[site.at - 1] != tag.COLON:
        return None
    subject = colon_subject(site.shape, site.at - 1, site.start)
    return attribute_to(site.shape, subject, site.at - 1) if subject else None


def interview_turn(site: Site) -> Attribution | None:
    """Jane Doe: “We will not move.” - a paragraph of its own, as interviews print it."""
    colon = site.at - 1
    if site.start or colon < 1 or site.tags[colon] != tag.COLON:
        return None
    if not _OPENING.fullmatch(site.tags, 0, colon) or site.goes_on():
        return None
    return attribute_to(site.shape, Subject(0, colon, colon), colon)


def dash_name_quote(site: Site) -> Attribution | None:
    """Polls tighten in Leeds - Jane Doe: “A waste of money.”"""
    colon = site.at - 1
    if site.at == site.start or site.tags[colon] != tag.COLON:
        return None
    phrase = phrase_before(site.shape, colon, site.start)
    if phrase is None or phrase.start == site.start or site.tags[phrase.start - 1] != tag.DASH:
        return None
    return attribute_to(site.shape, phrase, colon)


def colon_subject(shape: Shape, colon: int, first_token: int) -> Subject | None:
    """Who speaks after a colon with no verb of speech: the phrase that opens the sentence, or its subject."""
    opening = _OPENING.match(shape.tags, first_token, colon)
    end = opening.end() if opening else first_token
    if opening and (end == colon or (shape.tags[end] in tag.BEHIND_NAME and shape.tags[end - 1] != tag.NOUN)):
        return Subject(first_token, opening.end(), opening.end())
    subject = clause_subject(shape, colon, first_token)
    beside = phrase_before(shape, colon, first_token)
    # "The rise came as no surprise to pollster Jane Doe: “...”"
    thing = subject is not None and shape.tags[subject.head_end - 1] in tag.THINGS
    if subject is None or (thing and beside and shape.tags[beside.end - 1] == tag.NAME):
        placed = beside is not None and shape.tags[beside.start - 1 : beside.start] == tag.PREPOSITION
        subject = None if placed and subject is None else beside  # "Later that day on CNN: “...”"
    return None if subject and shape.tags[subject.start] == tag.IT else subject
