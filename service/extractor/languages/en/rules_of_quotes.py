"""Rules for passages whose cue is an English turn of phrase: "according to", "her claim that"."""

import re
from collections.abc import Iterator

from service.extractor import tags as tag
from service.extractor.article import Attribution, ParsedArticle, attribute_to
from service.extractor.clauses.subjects import Subject, subject_after
from service.extractor.languages.en.patterns import PARTS
from service.extractor.rules.quote_site import Site
from service.extractor.shapes.patterns import pattern
from service.extractor.shapes.shape import SENTENCE_REACH, Shape

_ACCORDING = pattern("<comma|full_stops>? <dash>? <adverb>* (?P<cue> <according> <to> )")
_OWNED = pattern(
    """
    # "the warning from Jane Doe"
      <determiner>? <noun_or_adjective>* (?P<noun> <document> ) <of> (?P<of> <np> )
    # "Jane Doe's first answer", "her first answer"
    | (?: (?P<owner> <np> ) <possessive> | (?<!<heads|passage>) (?P<whose> <determiner> ) )
      <noun_or_adjective|number>* <document>
    """,
    PARTS,
)
_NEAR_NOUN = pattern(
    """
    (?: <object_openers> <^full_stops|semicolon|colon|passage|finite_speech|think|be|verb>{1,6} )?
    (?: <be> <adverb>* (?: <that> <^full_stops|semicolon|colon|passage|finite_speech|think>{0,14} | <colon> )?
      | <comma_or_colon> )
    <determiner|quantifier>?
    """
)


def according_to(site: Site) -> Attribution | None:
    """The bridge is “beyond repair,” according to the council."""
    match = _ACCORDING.match(site.tags, site.at + 1, site.at + SENTENCE_REACH)
    at = match.start("cue") if match else site.tags.find(tag.ACCORDING + tag.TO, site.start, site.end)
    if at < 0:
        return None
    listed = tag.COMMA + tag.CONJUNCTION in site.tags[at : site.at]
    if not match and (listed or site.tags[at - 1 : at] in tag.VERB_OR_ADVERB):
        return None
    subject = subject_after(site.shape, at + 1, clause=True)
    return attribute_to(site.shape, subject, at) if subject else None


def passive_by(site: Site) -> Attribution | None:
    """The scheme was called “a waste of money” by the mayor."""
    tags = site.tags
    if tags[site.at + 1 : site.at + 2] != tag.BY:
        return None
    for at in range(site.at - 1, max(site.start, site.at - 8) - 1, -1):
        # "a scheme labelled “...” by the mayor"
        reduced = at == site.at - 1 and site.word(at) in site.article.language.settings["naming"]
        passive = tags[at] in tag.PASSIVES_WITH_BY and tag.BE in tags[max(site.start, at - 3) : at]
        if reduced or passive:
            subject = subject_after(site.shape, site.at + 1)
            return attribute_to(site.shape, subject, at) if subject else None
    return None


def claim_that(site: Site) -> Attribution | None:
    """Jane Doe's claim that the scheme is “a waste of money” was denied."""
    for match in _find_owned(site.tags, site.start, site.at):
        reported = site.tags[match.end() : site.at]
        if reported[:1] == tag.THAT and tag.SAY not in reported:
            return _owner(site, match)
    return None


def noun_cue(site: Site) -> Attribution | None:
    """Jane Doe's answer was that the scheme is “a waste of money”."""
    for match in _find_owned(site.tags, site.start, site.at):
        if not _NEAR_NOUN.fullmatch(site.tags, match.end(), site.at):
            continue
        answer = _owner(site, match)
        if answer:
            return answer
    return None


def find_owner(article: ParsedArticle, shape: Shape, first: int, end: int) -> Subject | None:
    """Whose the document is that tokens name: "this answer from Jane Doe", "her first answer"."""
    for match in _find_owned(shape.tags, first, end):
        start, stop = _span_of_owner(match)
        word = article.text[slice(*shape.span(start, stop))].lower()
        if not match["whose"] or word in article.language.pronoun_gender:
            return Subject(start, stop, stop)
    return None


def _find_owned(tags: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """The documents among tokens, each with whose it is."""
    return _OWNED.finditer(tags, start, end) if tags.find(tag.DOCUMENT, start, end) >= 0 else iter(())


def _span_of_owner(match: re.Match[str]) -> tuple[int, int]:
    return next(match.span(name) for name in ("owner", "whose", "of") if match[name])


def _owner(site: Site, match: re.Match[str]) -> Attribution | None:
    start, end = _span_of_owner(match)
    if match["of"] and site.word(start - 1) == "with":
        return None  # "in an argument with Jane Doe"
    if match["whose"] and site.word(start).lower() not in site.article.language.pronoun_gender:
        return None
    noun = match.start("noun") if match["of"] else match.end() - 1
    return attribute_to(site.shape, Subject(start, end, end), noun)
