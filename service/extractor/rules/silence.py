"""Tells passages that are no speech: titles of works, nicknames, words mentioned as words."""

from service.extractor import tags as tag
from service.extractor.language import Language
from service.extractor.rules.quote_site import Site
from service.extractor.shapes.patterns import pattern

_SMALL = 3
_SPEAKS = pattern("<speech> | <name> <name>")
# "...,” said “Buzz”", "...,” “Buzz” said", "“Buzz” Doe said: “..."
_SPOKEN_BY = pattern("<passage> <comma> <say|manner> <passage> (?: <comma|stop> | $ )")
_SPEAKER = pattern(
    """
      (?<=<passage><comma>) <passage> <say|manner> (?: <stop|of|preposition|time|comma|as> | $ )
    | (?<=<passage><comma>) <passage> <say> <determiner> <noun|document|role>
    | <passage> <name> <say> <colon> <passage>
    """
)
_TITLE_AT_MOST = 14
_KNOWN_REACH = 4


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
    if _is_mentioned(site, words):
        return "mentioned word"
    named = _is_title_case(words, settings["small_words"])
    titled = named and not _is_clause(words, site.article.language)
    if named and (_after_work(site) or _modifies_noun(site, words) or _is_performed(site)):
        return "title"
    if named and site.at > site.start and _beside_work(site, words):
        return "title"
    if named and len(words) == 1 and site.at > site.start and site.tags[site.at - 1] in tag.VERB_OR_READ:
        return "title"
    if titled and len(words) > 1 and not _introduced(site):
        return "title"
    if len(words) < 3 and named and (_between_names(site) or _speaks_itself(site)):
        return "nickname"
    return None


def _is_mentioned(site: Site, words: list[str]) -> bool:
    """Whether the words before it say that it is a word or a name: "the so-called", "known as", "named"."""
    settings = site.article.language.settings
    if words[0].lower() in settings["mentioning"]:
        return True
    last = site.at - 1
    if site.tags[last : last + 1] == tag.DETERMINER:
        last -= 1
    if last < site.start or site.at == site.start:
        return False
    word = site.word(last).lower()
    if word in settings["words_for_words"] or word in settings["mentioning"]:
        called = site.tags[max(site.start, last - 2) : last - 1] in tag.CALLS
        judged = called and site.tags[last] in tag.THINGS  # "called the letter “rude”"
        return last == site.at - 1 and not judged
    if site.tags[last] == tag.OF and last > site.start:
        named = site.word(last - 1).lower()
        return named in settings["known"] and named in settings["words_for_words"]
    if word in settings["before_names"]:
        near = range(max(site.start, last - _KNOWN_REACH), last)
        return any(site.word(at).lower() in settings["known"] for at in near)
    return last == site.at - 1 and word in settings["naming"] and _is_participle(site, last)


def _is_participle(site: Site, at: int) -> bool:
    """Whether a verb of naming gives a noun its name, and judges nobody: "the aptly named"."""
    tags, before = site.tags, at - 1
    while before > site.start and tags[before] == tag.ADVERB:
        before -= 1
    if before < site.start:
        return False
    if tags[at + 2 : at + 3] == tag.BY:
        return site.word(at) in site.article.language.settings["christening"]
    return tags[before] in tag.GET_NAMES or (tags[before] == tag.COMMA and tags[at] not in tag.CALLS)


def _is_subheading(site: Site) -> bool:
    """Whether it is a paragraph by itself, in single marks, and the passage before it had double ones."""
    if not site.passage.single or site.passage.opened or site.at or not site.index:
        return False
    return (
        len(site.tags.rstrip(tag.STOP + tag.POSSIBLE_STOP)) == 1
        and not site.article.passages[site.index - 1].single
    )


def _is_title_case(words: list[str], small_words: frozenset[str]) -> bool:
    """Whether every word of some length begins with a capital or a digit: "A Tale of Two Cities"."""
    plain = _strip(words)
    if not plain or not plain[0][0].isupper():
        return False
    if len(plain) > 1 and all(word.isupper() for word in plain):
        return False
    return all(
        word[0].isupper() or word[0].isdigit() or len(word) <= _SMALL or word in small_words
        for word in plain[1:]
    )


def _strip(words: list[str]) -> list[str]:
    """The words without the marks around them."""
    plain = [word.strip("'\"‘’“”.,!?:;()[]…") for word in words]
    return [word for word in plain if word]


def _is_clause(words: list[str], language: Language) -> bool:
    """Whether small letters are where a title has capitals: "So am I", "It was Tom", "Let him go"."""
    first, *others = _strip(words)
    capitals = [word for word in others if not word.islower() and word != "I"]
    if others and not capitals and not first[0].isdigit():
        return True
    small = [word for word in others if word.islower()]
    return any(
        language.tags.get(word, tag.NOUN) in tag.NEVER_SMALL and word not in language.settings["particles"]
        for word in small
    )


def _beside_work(site: Site, words: list[str]) -> bool:
    """Whether a name stands where a show's does: "the “Harvest” actor", "seen on “KXBR”"."""
    before, after = site.tags[site.at - 1], site.tags[site.at + 1 : site.at + 2]
    acronym = len(words) == 1 and words[0].isupper() and 1 < len(words[0]) <= 6
    return (before == tag.DETERMINER and after == tag.ROLE) or (before in tag.OF_OR_PREPOSITION and acronym)


def _after_work(site: Site) -> bool:
    """Whether the word before, past a comma or "called", names a kind of work: "her book “...”"."""
    settings = site.article.language.settings
    for at in range(site.at - 1, max(site.start, site.at - 4) - 1, -1):
        word = site.word(at).lower()
        if word in settings["works"] or word.removesuffix("s") in settings["works"]:
            return True
        if word not in settings["naming"] and site.tags[at] not in tag.BEFORE_WORK:
            return False
    return False


def _modifies_noun(site: Site, words: list[str]) -> bool:
    """Whether a noun stands right behind, whose name the passage is: "the “Mind the Gap” campaign"."""
    before, after = site.tags[site.at - 1 : site.at], site.tags[site.at + 1 : site.at + 2]
    if before not in tag.NOUN_OPENERS or after not in tag.NOUNS:
        return False
    return len(words) > 1 or site.word(site.at + 1) in site.article.language.settings["works"]


def _is_performed(site: Site) -> bool:
    """Whether a verb right before it sings or plays it: "sang “Abide With Me”"."""
    return site.at > site.start and site.word(site.at - 1) in site.article.language.settings["performing"]


def _introduced(site: Site) -> bool:
    """Whether a stop or a verb of speech leads into the passage, or a comma out of it to its speaker."""
    tags, at = site.tags, site.at
    if at == site.start or (tags[at - 1] in tag.COLON_OR_DASH and _SPEAKS.search(tags, site.start, at)):
        return True
    if tags[at - 1] == tag.COMMA and tags[at - 2 : at - 1] not in tag.PLAIN_NOUNS:
        return True
    addressing = site.article.language.settings["addressing"]
    if tags[at - 1] in tag.SAYINGS and site.word(at - 1).lower() not in addressing:
        return True
    if site.article.text[site.passage.end - 1] in "!?" or tag.CALLS.intersection(
        tags[max(site.start, at - 8) : at]
    ):
        return True
    chants = site.article.language.settings["chants"]
    if any(site.word(near).lower() in chants for near in range(max(site.start, at - 3), at)):
        return True
    after = tags[at + 1 : at + 2]
    leads_out = after in tag.COMMA_OR_POSSIBLE_STOP and tags[at + 2 : at + 3] in tag.SAY_OR_PRONOUN
    return leads_out or _performs(site)


def _performs(site: Site) -> bool:
    """Whether the passage is cried out, and not sung or played."""
    for at in range(site.start, site.at):
        if site.tags[at] == tag.MANNER and site.word(at) not in site.article.language.settings["performing"]:
            return True
    return False


def _between_names(site: Site) -> bool:
    tags, at = site.tags, site.at
    return tags[at - 1 : at] == tags[at + 1 : at + 2] == tag.NAME


def _speaks_itself(site: Site) -> bool:
    """Whether a passage is the subject of the verb that gives another its speaker: "...,” said “Buzz”."""
    tags, at = site.tags, site.at
    return (
        _SPOKEN_BY.search(tags, max(site.start, at - 3), at + 1) is not None
        or _SPEAKER.match(tags, at) is not None
    ) and (at > site.start or tags[at + 1 : at + 2] == tag.NAME)
