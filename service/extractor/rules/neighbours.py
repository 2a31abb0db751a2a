"""Rules that read past the sentence of a passage, to its neighbours in the paragraph."""

from service.extractor import tags as tag
from service.extractor.article import Attribution
from service.extractor.rules.quote_site import Site
from service.extractor.shapes.shape import SENTENCE_REACH

_SILENT_BETWEEN = 8


def split_quote(site: Site) -> Attribution | None:
    """“We will not move,” Jane Doe said. “We never have.”"""
    previous = _previous_in_paragraph(site)
    if previous is None or site.at != site.start:
        return None
    before = site.article.found[previous]
    last = site.shape.token_of[previous]
    if site.at - last > SENTENCE_REACH:
        return None
    between = site.tags[last + 1 : site.at]
    if before is None or before.cue is None or not tag.FULL_STOPS.intersection(between):
        return None
    if between.rstrip(tag.STOP + tag.POSSIBLE_STOP + tag.OTHER).count(tag.STOP):
        return None
    return site.share(previous, joined=True)


def same_sentence(site: Site) -> Attribution | None:
    """Jane Doe said it was “late” and “unwise”."""
    previous = _previous_in_paragraph(site)
    if previous is None or site.shape.token_of[previous] < site.start or _modifies_noun(site):
        return None
    return site.share(previous, joined=False)


def _modifies_noun(site: Site) -> bool:
    """Whether a word or two stand before a noun as its adjective: "a “sell” rating"."""
    before, after = site.tags[site.at - 1], site.tags[site.at + 1 : site.at + 2]
    return site.words() < 3 and before in tag.DETERMINER_OR_ADJECTIVE and after in tag.MODIFIED


def same_paragraph(site: Site) -> Attribution | None:
    """“We will not move,” Jane Doe said. She smiled. “We never have.”"""
    previous = _previous_in_paragraph(site)
    if previous is None or not ((site.at == site.start and site.is_sentence()) or site.words() > 3):
        return None
    return site.share(previous, joined=False)


def same_paragraph_before(site: Site) -> Attribution | None:
    """“We never have.” That, said Jane Doe, “is a fact.”"""
    following = site.index + 1
    whole = (
        site.at == site.start
        and site.is_sentence()
        and site.tags[site.at + 1 : site.at + 2] in tag.FULL_STOPS
    )
    said = following in site.shape.token_of and site.article.found[following]
    if (said and whole and site.words() > 2) or _ends_alike(site, following):
        return site.share(following, joined=False)
    return None


def _ends_alike(site: Site, following: int) -> bool:
    """Whether a passage goes before one of the same sentence: "It was “late” and “unwise,” Jane Doe said"."""
    at = site.shape.token_of.get(following, -1)
    if not site.at < at < site.end:
        return False
    found = site.article.found[following]
    behind = found and found.mention and found.mention[0] >= site.shape.ends[at]
    return bool(behind) and not _modifies_noun(site)


def _previous_in_paragraph(site: Site) -> int | None:
    previous = previous_passage(site)
    return previous if previous in site.shape.token_of else None


def previous_passage(site: Site) -> int:
    """The passage before this one that may be speech, or -1."""
    previous = site.index - 1
    while previous in site.article.silent and site.index - previous < _SILENT_BETWEEN:
        previous -= 1
    return previous
