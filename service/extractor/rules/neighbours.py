"""Rules that read past the sentence of a passage: to its neighbours in the paragraph and beyond."""

import re

import regex

from service.extractor.cues import cue_at, inverted_cue
from service.extractor.mentions import NOUN_PHRASE, Subject, main_subjects
from service.extractor.rules.before import colon_subject
from service.extractor.rules.site import Attribution, Site
from service.extractor.tokens import SENTENCE_REACH, Shape

_BYLINE = regex.compile(rf"[-~]?(?P<name>{NOUN_PHRASE})(?:[,-][^.?QVLMKB]*|f{NOUN_PHRASE})?[~.]*")
_TOLD = re.compile(r"[^.?]\.[.?]*[^.?]")
_WORDS_FOLLOW = re.compile("[^.?~,]")
_BYLINE_AT_MOST = 140
_SILENT_BETWEEN = 8
_SENTENCES_BACK = 12
_STOPS = (".", "?", "~")


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
    if before is None or before.cue is None or ("." not in between and "?" not in between):
        return None
    if between.rstrip(".?~").count("."):
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
    return site.words() < 3 and before in "dj" and after in tuple("nurzlkmH")


def byline(site: Site) -> Attribution | None:
    """“We will not move.” (next line) Jane Doe, mayor of Leeds"""
    shape, tags = site.shape, site.tags
    first = site.at + 1
    while tags[first : first + 1] in _STOPS:
        first += 1
    if first < len(tags):
        if tags[first] != "-" or len(tags) - first > _BYLINE_AT_MOST or not _BYLINE.fullmatch(tags, first):
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
    if site.at or before < 0 or site.passage.opened or site.words() < 3:
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
    subject = colon_subject(shape, len(shape.tags) - 1, last)
    return site.attribute_in(shape, subject, len(shape.tags) - 1) if subject else None


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
        site.at == site.start and site.is_sentence() and site.tags[site.at + 1 : site.at + 2] in (".", "?")
    )
    if whole and site.words() > 2 and following in site.shape.token_of and site.article.found[following]:
        return site.share(following, joined=False)
    return None


def after_report(site: Site) -> Attribution | None:
    """Jane Doe said the scheme would go on. “We never give up.”"""
    if not site.is_sentence() or site.words() < 3:
        return None
    if site.at == site.start and site.at:
        return _last_report(site, site.shape, site.at)
    before = site.passage.paragraph - 1
    if site.at or before < 0 or _goes_on(site):
        return None
    shape = site.article.shape_of(before)
    return _last_report(site, shape, len(shape.tags))


def _last_report(site: Site, shape: Shape, end: int) -> Attribution | None:
    """The verb of saying in the last sentence with one before token `end`, if no passage follows it."""
    for _ in range(_SENTENCES_BACK):
        if end <= 0:
            break
        start, _ = shape.sentence(end - 1)
        if "Q" in shape.tags[start:end]:
            return None
        for at in range(start, end):
            cue = cue_at(shape, at, start) if shape.tags[at] in "VB" else None
            if cue and not cue.passive and not _is_no_source(site, shape, cue.subject):
                return site.attribute_in(shape, cue.subject, cue.at)
        end = start - 1
    return None


def _is_no_source(site: Site, shape: Shape, subject: Subject) -> bool:
    word = site.article.text[shape.starts[subject.start] : shape.ends[subject.end - 1]]
    return word.lower() in site.article.language.settings["no_sources"]


def subject_before_quote(site: Site) -> Attribution | None:
    """Jane Doe is unconvinced. (new paragraph) “I have heard it all before.”"""
    if not site.is_sentence() or site.words() < (3 if site.at else 4) or _goes_on(site):
        return None
    shape, end = site.shape, site.at
    if not site.at and site.passage.paragraph:
        shape = site.article.shape_of(site.passage.paragraph - 1)
        end = len(shape.tags)
    start, _ = shape.sentence(max(0, end - 2))
    subject = next(iter(main_subjects(shape, start, end)), None)
    if subject is None or shape.tags[subject.head_end - 1] not in "CPr":
        return None
    if "Q" in shape.tags[start:end] or _asks(site, shape, end):
        return None
    return None if _is_no_source(site, shape, subject) else site.attribute_in(shape, subject, None)


def _asks(site: Site, shape: Shape, end: int) -> bool:
    return end > 0 and site.article.text[shape.starts[end - 1]] == "?"


def answered(site: Site) -> Attribution | None:
    """Is the scheme working? (new paragraph) “It is early days.” - whoever spoke last."""
    previous = site.index - 1
    if site.at or previous < 0 or not site.is_sentence() or site.words() < 4:
        return None
    if _goes_on(site) or site.passage.paragraph - site.article.passages[previous].paragraph > 3:
        return None
    return site.share(previous, joined=False)


def unattributed(site: Site) -> Attribution | None:
    """“It is early days, and nobody knows.” Nothing near it says whose words these are."""
    stands_alone = site.at == site.start and site.is_sentence()
    return Attribution(None) if stands_alone and site.words() > 4 else None


def carried_on(site: Site) -> Attribution | None:
    """A paragraph that goes on quoting whoever the paragraph before it quoted."""
    previous = _previous(site)
    if site.at or previous < 0:
        return None
    distance = site.passage.paragraph - site.article.passages[previous].paragraph
    if site.passage.opened:
        return site.share(previous, joined=True)
    alone = not _goes_on(site)
    if distance > 1 or _told_since(site, previous) or not alone or not site.is_sentence() or site.words() < 4:
        return None
    return site.share(previous, joined=False)


def _told_since(site: Site, previous: int) -> bool:
    """Whether a sentence of the article's own stands behind the last quotation of its paragraph."""
    shape = site.article.shape_of(site.article.passages[previous].paragraph)
    return _TOLD.search(shape.tags, shape.token_of[previous] + 1) is not None


def _previous_in_paragraph(site: Site) -> int | None:
    previous = _previous(site)
    return previous if previous in site.shape.token_of else None


def _previous(site: Site) -> int:
    """The passage before this one that may be speech, or -1."""
    previous = site.index - 1
    while previous in site.article.silent and site.index - previous < _SILENT_BETWEEN:
        previous -= 1
    return previous


def _goes_on(site: Site) -> bool:
    """Whether words stand behind the passage in its paragraph."""
    return _WORDS_FOLLOW.search(site.tags, site.at + 1) is not None
