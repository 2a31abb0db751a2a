"""Rules that read past the sentence of a passage: to its neighbours in the paragraph and beyond."""

import regex

from service.extractor.cues import cue_at, inverted_cue
from service.extractor.mentions import NOUN_PHRASE, Subject, subject_before
from service.extractor.rules.site import Attribution, Site
from service.extractor.tokens import Shape

_BYLINE = regex.compile(rf"[-~]?(?P<name>{NOUN_PHRASE})(?:[,-][^.?QVLMKB]*|f{NOUN_PHRASE})?[~.]*")
_BYLINE_AT_MOST = 140


def split_quote(site: Site) -> Attribution | None:
    """“We will not move,” Jane Doe said. “We never have.”"""
    previous = _previous_in_paragraph(site)
    if previous is None or site.at != site.start:
        return None
    before = site.article.found[previous]
    last = site.shape.token_of[previous]
    between = site.tags[last + 1 : site.at]
    if before is None or before.cue is None or ("." not in between and "?" not in between):
        return None
    return site.share(previous, joined=between.rstrip(".?~").count(".") == 0)


def same_sentence(site: Site) -> Attribution | None:
    """Jane Doe said it was “late” and “unwise”."""
    previous = _previous_in_paragraph(site)
    if previous is None or site.shape.token_of[previous] < site.start:
        return None
    return site.share(previous, joined=False)


def byline(site: Site) -> Attribution | None:
    """“We will not move.” (next line) Jane Doe, mayor of Leeds"""
    shape, tags = site.shape, site.tags
    rest = tags[site.at + 1 :].lstrip(".?~")
    first = len(tags) - len(rest)
    if rest:
        if rest[0] != "-" or not _BYLINE.fullmatch(tags, first):
            return None
        return _byline_subject(site, shape, first)
    following = site.passage.paragraph + 1
    if site.at or following >= len(site.article.paragraphs):
        return None
    start, end = site.article.paragraphs[following]
    if end - start > _BYLINE_AT_MOST:
        return None
    line = site.article.shape_of(following)
    text = site.article.text
    marked = text[start] in "-—–" or text[end - 1] == "|"
    return _byline_subject(site, line, 0) if marked and _BYLINE.fullmatch(line.tags) else None


def _byline_subject(site: Site, shape: Shape, first: int) -> Attribution | None:
    match = _BYLINE.match(shape.tags, first)
    if not match:
        return None
    start, end = match.span("name")
    return site.attribute_in(shape, Subject(start, end, end), None)


def introduced(site: Site) -> Attribution | None:
    """Jane Doe was blunt about it: (new paragraph) “A waste of money.”"""
    before = site.passage.paragraph - 1
    if site.at or before < 0 or site.passage.opened:
        return None
    start, end = site.article.paragraphs[before]
    if site.article.text[end - 1] != ":" and not site.article.text[start:end].rstrip().endswith(":"):
        return None
    shape = site.article.shape_of(before)
    last = shape.tags.rstrip(":").rfind(".") + 1
    for at in range(len(shape.tags) - 1, last - 1, -1):
        if shape.tags[at] in "VBHMLR":
            cue = cue_at(shape, at, last) or (inverted_cue(shape, at) if shape.tags[at] == "V" else None)
            if cue:
                return site.attribute_in(shape, cue.subject, cue.at)
    subject = subject_before(shape, len(shape.tags) - 1, last)
    return site.attribute_in(shape, subject, len(shape.tags) - 1) if subject else None


def same_paragraph(site: Site) -> Attribution | None:
    """“We will not move,” Jane Doe said. She smiled. “We never have.”"""
    previous = _previous_in_paragraph(site)
    if previous is None or not (site.at == site.start and site.is_sentence() or site.words() > 3):
        return None
    return site.share(previous, joined=False)


def same_paragraph_before(site: Site) -> Attribution | None:
    """“We never have.” That, said Jane Doe, “is a fact.”"""
    following = site.index + 1
    if following in site.shape.token_of and site.article.found[following] and site.is_sentence():
        return site.share(following, joined=False)
    return None


def carried_on(site: Site) -> Attribution | None:
    """A paragraph that goes on quoting whoever the paragraph before it quoted."""
    previous = site.index - 1
    if site.at or previous < 0:
        return None
    distance = site.passage.paragraph - site.article.passages[previous].paragraph
    if site.passage.opened:
        return site.share(previous, joined=True)
    alone = not site.tags[site.at + 1 :].strip(".?~,")
    if distance > 1 or not alone or not site.is_sentence() or site.words() < 4:
        return None
    return site.share(previous, joined=False)


def _previous_in_paragraph(site: Site) -> int | None:
    previous = site.index - 1
    return previous if previous in site.shape.token_of else None
