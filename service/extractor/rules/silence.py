"""Tells passages that are no speech: titles of works, nicknames, words mentioned as words."""

import re

from service.extractor.rules.site import Site

_SMALL = 3
_SPEAKS = re.compile("[VMBHLR]|CC")
_TITLE_AT_MOST = 14


def reason_for_silence(site: Site) -> str | None:
    """Why a passage is no speech: "title", "subheading", "nickname" or "mentioned word"; or None.

    What goes on in the next paragraph is none of these.
    """
    words = site.article.text[site.passage.start : site.passage.end].split()
    if len(words) > _TITLE_AT_MOST or site.passage.continues:
        return None
    if _is_subheading(site):
        return "subheading"
    settings = site.article.language.settings
    if site.at > site.start and site.word(site.at - 1).lower() in settings["words_for_words"]:
        return "mentioned word"
    named = _is_title_case(words, settings["small_words"])
    if named and _after_work(site):
        return "title"
    if named and site.at > site.start and _beside_work(site, words):
        return "title"
    if named and len(words) == 1 and site.at > site.start and site.tags[site.at - 1] in "vR":
        return "title"
    if named and len(words) > 1 and not _introduced(site):
        return "title"
    if len(words) < 3 and named and _between_names(site):
        return "nickname"
    return None


def _is_subheading(site: Site) -> bool:
    """Whether it is a paragraph by itself, in single marks, and the passage before it had double ones."""
    if not site.passage.single or site.passage.opened or site.at or not site.index:
        return False
    return len(site.tags.rstrip(".!?")) == 1 and not site.article.passages[site.index - 1].single


def _is_title_case(words: list[str], small_words: frozenset[str]) -> bool:
    """Whether every word of some length begins with a capital or a digit: "A Tale of Two Cities"."""
    plain = [word.strip("'\"‘’“”.,!?:;()[]…") for word in words]
    plain = [word for word in plain if word]
    if not plain or not plain[0][0].isupper():
        return False
    if len(plain) > 1 and all(word.isupper() for word in plain):
        return False
    return all(
        word[0].isupper() or word[0].isdigit() or len(word) <= _SMALL or word in small_words
        for word in plain[1:]
    )


def _beside_work(site: Site, words: list[str]) -> bool:
    """Whether a name stands where a show's does: "the “Harvest” actor", "seen on “KXBR”"."""
    before, after = site.tags[site.at - 1], site.tags[site.at + 1 : site.at + 2]
    acronym = len(words) == 1 and words[0].isupper() and 1 < len(words[0]) <= 6
    return (before == "d" and after == "r") or (before in "of" and acronym)


def _after_work(site: Site) -> bool:
    """Whether the word before, past a comma or "called", names a kind of work: "her book “...”"."""
    settings = site.article.language.settings
    for at in range(site.at - 1, max(site.start, site.at - 4) - 1, -1):
        word = site.word(at).lower()
        if word in settings["works"] or word.removesuffix("s") in settings["works"]:
            return True
        if word not in settings["naming"] and site.tags[at] not in ",:Ybf":
            return False
    return False


def _introduced(site: Site) -> bool:
    """Whether a stop or a verb of speech leads into the passage, or a comma out of it to its speaker."""
    tags, at = site.tags, site.at
    if at == site.start or (tags[at - 1] in ":-" and _SPEAKS.search(tags, site.start, at)):
        return True
    if tags[at - 1] == "," and tags[at - 2 : at - 1] not in ("C", "u", "n"):
        return True
    addressing = site.article.language.settings["addressing"]
    if tags[at - 1] in "VBH" and site.word(at - 1).lower() not in addressing:
        return True
    if site.article.text[site.passage.end - 1] in "!?" or any(
        tag in "Ll" for tag in tags[max(site.start, at - 8) : at]
    ):
        return True
    chants = site.article.language.settings["chants"]
    if any(site.word(near).lower() in chants for near in range(max(site.start, at - 3), at)):
        return True
    after = tags[at + 1 : at + 2]
    return (after in (",", "?") and tags[at + 2 : at + 3] in ("V", "P")) or _performs(site)


def _performs(site: Site) -> bool:
    """Whether the passage is cried out, and not sung or played."""
    for at in range(site.start, site.at):
        if site.tags[at] == "M" and site.word(at) not in site.article.language.settings["performing"]:
            return True
    return False


def _between_names(site: Site) -> bool:
    tags, at = site.tags, site.at
    return tags[at - 1 : at] == "C" and tags[at + 1 : at + 2] == "C"
