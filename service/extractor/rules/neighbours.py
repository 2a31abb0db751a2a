"""Rules that read past the sentence of a passage: to its neighbours in the paragraph and beyond."""

import regex

from service.extractor.rules.site import Article, Attribution, Site

_BYLINE = regex.compile(r"[-~]?(?P<name>C[CI]*)(?:,[^.?Q]*)?~?$")


def split_quote(site: Site) -> Attribution | None:
    """“We will not move,” Jane Doe said. “We never have.”"""
    previous = _previous_in_paragraph(site)
    if previous is None or site.at != site.start:
        return None
    before = site.article.found[previous]
    last = site.shape.token_of[previous]
    between = site.tags[last + 1 : site.at]
    if before is None or before.cue is None or "." not in between and "?" not in between:
        return None
    if between.strip(",.?") and between.rstrip(".?").count(".") == 0:
        return site.share(previous, joined=True)
    return site.share(previous, joined=not between.strip(",.?"))


def same_sentence(site: Site) -> Attribution | None:
    """Jane Doe said it was “late” and “unwise”."""
    previous = _previous_in_paragraph(site)
    if previous is None or site.shape.token_of[previous] < site.start:
        return None
    return site.share(previous, joined=False)


def same_paragraph(site: Site) -> Attribution | None:
    """“We will not move,” Jane Doe said. She smiled. “We never have.”"""
    previous = _previous_in_paragraph(site)
    return site.share(previous, joined=False) if previous is not None else None


def same_paragraph_before(site: Site) -> Attribution | None:
    """“We never have.” That, said Jane Doe, “is a fact.”"""
    following = site.index + 1
    if following in site.shape.token_of and site.article.found[following]:
        return site.share(following, joined=False)
    return None


def carried_on(site: Site) -> Attribution | None:
    """A paragraph that goes on quoting whoever the paragraph before it quoted."""
    if site.at != 0 or not site.index:
        return None
    previous = site.index - 1
    if site.article.passages[previous].paragraph < site.passage.paragraph - 2:
        return None
    return site.share(previous, joined=site.passage.opened)


def _previous_in_paragraph(site: Site) -> int | None:
    previous = site.index - 1
    return previous if previous in site.shape.token_of else None


def introduced(site: Site) -> Attribution | None:
    """Jane Doe was blunt about it: (new paragraph) “A waste of money.”"""
    return None
