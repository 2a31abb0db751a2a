"""Tells phrases for who or what can speak from those for what cannot: "a neighbour", not "the latest hiccup".

Known limitation: a noun that no list has is taken for a person by its ending alone.
"""

import re

from service.extractor import tags as tag
from service.extractor.language import Language
from service.extractor.names.index import NameIndex

_WORD = re.compile(r"(?:\d+-)?[^\W\d_]+(?:['-][^\W\d_]+)*")
_PERSON_ENDINGS = (
    "man",
    "men",
    "woman",
    "women",
    "person",
    "persons",
    "people",
    "ist",
    "ists",
    "-old",
    "-olds",
)
_ONE_PERSON = ("man", "woman", "person", "ist")
_AFTER = re.compile(r" (?P<word>[a-z][a-z-]*)")
_CAPITAL_AFTER = re.compile(r" (?P<word>[A-Z][a-z]+)")
_SHARE_BEFORE = re.compile(r"(?<![\w'-])[A-Za-z\d]+ (?:in|out of) $")
_SHARE_BEHIND = re.compile(r" and \d[\d.]*(?: percent|%)?$")
_NAME_BEFORE = re.compile(r"[A-Z][\w'-]* (?:of|for)(?: the)? $")
_HYPHENED = re.compile(r"[A-Z][\w.]*-(?P<end>[a-z]+)")
# Adjectives that stand behind their noun: "a source close to the campaign".
_ADJECTIVES = frozenset(
    ("aware", "close", "familiar", "involved", "knowledgeable", "loyal", "present", "privy")
)
_THINGS = frozenset((tag.NOUN, tag.DOCUMENT))
_OPENERS = frozenset((tag.DETERMINER, tag.QUANTIFIER, tag.NUMBER, tag.THAT))
_BETWEEN = frozenset((tag.NOUN, tag.ROLE, tag.DOCUMENT, tag.ADJECTIVE, tag.NAME))
_DOER = re.compile(r"[a-z]+-[a-z]{2,}(?:er|or)s?")
_VERB_ENDINGS = ("ed", "ing", "ly")
_REACH = 50
_WORDS_BACK = 5
_SMALL = 3


def name_unnamed(text: str, start: int, end: int, head_end: int, index: NameIndex) -> str:
    """The whole phrase for somebody or something that can speak, its head ending at an offset; else ""."""
    language = index.reader.language
    if not _can_speak(text, start, end, head_end, index) or _is_cut(text, start, end, head_end, language):
        return ""
    begin = _find_start(text, start, head_end, language)
    phrase = " ".join(text[begin:end].split()) if begin is not None else ""
    return _SHARE_BEHIND.sub("", phrase)


def _can_speak(text: str, start: int, end: int, head_end: int, index: NameIndex) -> bool:
    """Whether a phrase is of somebody or something that can speak."""
    language = index.reader.language
    words = _WORD.findall(text[start:head_end])
    if not words or text[start] in "\"“‘'":
        return False
    last = words[-1].lower().split("-of-")[0]
    shouted = len(words) > 2 and all(map(str.isupper, words))
    if shouted or last in language.abbreviations:
        return False
    if last in language.roles or _is_people(last, language):
        return True
    if (
        last in language.titles
        or last.endswith(_PERSON_ENDINGS)
        or _is_body(last, language)
        or last in language.speaking
    ):
        return not _goes_on(text, end, language)
    if language.tags.get(last) == tag.QUANTIFIER:
        counted = last in ("one", "two", "three", "others") or words[0].lower() != "the"
        return (
            counted
            and _counts_people(text, head_end, end, language)
            and not _counts(last, text, end, language)
        )
    if _is_named(_WORD.findall(text[start:end]), start, index):
        return True
    return last in _ADJECTIVES and any(word.lower() in language.roles for word in words)


def _is_people(noun: str, language: Language) -> bool:
    """Whether a noun is a people's, a party's or a doer's: "bell-ringers"."""
    if _DOER.fullmatch(noun):
        return True
    return noun in language.nationalities or noun.removesuffix("s") in language.nationalities


def _is_body(noun: str, language: Language) -> bool:
    bodies = language.settings["bodies"]
    return noun in bodies or noun.removesuffix("s") in bodies or noun in language.organisation_heads


def _is_named(words: list[str], start: int, index: NameIndex) -> bool:
    """Whether a phrase is a name that nobody has been found for: "House of Fraser", "the Khans"."""
    if words[0].lower() in ("the", "both"):
        return words[-1][0].isupper() and words[-1].endswith("s")
    if not all(word[0].isupper() for word in words if len(word) > _SMALL) or not words[0][0].isupper():
        return False
    alone = len(words) == 1 and index.reader.is_ordinary(words[0])
    return not alone and not index.layout.is_headline(start)


def _counts_people(text: str, head_end: int, end: int, language: Language) -> bool:
    """Whether "some" or a number counts people, or says nothing of what it counts: "one of his aides"."""
    words = [word.lower() for word in _WORD.findall(text[head_end:end])]
    if words and language.tags.get(words[0]) in (tag.ADVERB, tag.ADJECTIVE):
        return False
    return not words or any(word in language.roles or _is_people(word, language) for word in words)


def _goes_on(text: str, end: int, language: Language) -> bool:
    """Whether a noun stands directly behind a phrase, which is then cut short: "bank" of "bank holiday"."""
    match = _AFTER.match(text, end)
    return match is not None and language.tags.get(match["word"], "") in _THINGS


def _counts(quantity: str, text: str, end: int, language: Language) -> bool:
    """Whether any noun stands directly behind a word that counts: "one" of "one point"."""
    match = _AFTER.match(text, end)
    if match is None:
        return False
    word = match["word"]
    known = language.tags.get(word)
    bare = quantity == "one" and word in language.noun_or_verb and not word.endswith("s")
    if known is None or bare:
        return not word.endswith(_VERB_ENDINGS)
    return known in _BETWEEN


# Phrases cut short


def _is_cut(text: str, start: int, end: int, head_end: int, language: Language) -> bool:
    """Whether a phrase is a part of a name, or ends with an adjective: "Wall Street-style"."""
    if text[start].isupper() and _NAME_BEFORE.search(text, max(0, start - _REACH), start):
        return True
    last = text[start:head_end].rsplit(" ", 1)[-1]
    hyphened = _HYPHENED.fullmatch(last)
    if hyphened and hyphened["end"] not in language.roles and hyphened["end"] not in language.documents:
        return True
    after = _CAPITAL_AFTER.match(text, end) if end == head_end and last[:1].isupper() else None
    return after is not None and language.tags.get(after["word"].lower(), tag.NAME) in _BETWEEN


def _find_start(text: str, start: int, head_end: int, language: Language) -> int | None:
    """Where a phrase begins, if its first words may have been left out; None if they are not found."""
    far = max(text.rfind("\n", 0, start) + 1, start - _REACH)
    words = text[start:head_end].split()
    if text[start].isdigit() and (share := _SHARE_BEFORE.search(text, far, start)):
        return share.start()  # "four in 10 voters"
    if text[start - 1 : start] in ("-", "/") or _needs_opener(words, language):
        return _find_opener(text, far, start, language)
    return _find_count(text, far, start, language) if _opens(words[0], language) else start


def _is_possessive(word: str) -> bool:
    return word.endswith(("'s", "s'"))


def _opens(word: str, language: Language) -> bool:
    return language.tags.get(word.lower()) in _OPENERS


def _needs_opener(words: list[str], language: Language) -> bool:
    """Whether a phrase is no whole one without an article: "letter", "federal judge"."""
    first, last = words[0], words[-1].lower()
    if first.isdigit():
        return last in language.documents and not last.endswith("s")
    if not first[0].islower() or _opens(first, language) or any(map(_is_possessive, words)):
        return False
    if last.endswith("s") or last in language.settings["mass"] or last in language.settings["plurals"]:
        return False
    single = last in language.roles and last not in language.plural_roles
    single = single or last.endswith(_ONE_PERSON)
    return (single and last not in language.settings["gatherings"]) or last in language.documents


def _find_opener(text: str, far: int, start: int, language: Language) -> int | None:
    """Where the article stands whose noun phrase goes on at an offset: "that letter", "a U.S.-born man"."""
    at = start
    for word in text[far:start].rstrip(" ").split(" ")[: -_WORDS_BACK - 1 : -1]:
        known = language.tags.get(word.lower())
        at = text.rfind(word, far, at)
        if not word or word[-1] in ',;:!?"”)':
            return None
        if known in _OPENERS or _is_possessive(word):
            return at
        if known not in _BETWEEN and known not in (None, tag.ADVERB) and not word[0].isupper():
            return None
    return None


def _find_count(text: str, far: int, start: int, language: Language) -> int:
    """Where a phrase begins with those of it who are meant: "one of the guards"."""
    before = text[far:start].split(" ")[-3:]
    if len(before) == 3 and before[1] == "of" and language.tags.get(before[0].lower()) == tag.QUANTIFIER:
        return start - len(before[0]) - len(" of ")
    return start
