"""Finds whom a description stands for: "the senator", "the company", "the former editor, Jane Doe".

Known limitation: a description that shares no word with what the article says of somebody stays unnamed.
"""

import re
from collections.abc import Iterable
from itertools import pairwise

import regex

from service.extractor import tags as tag
from service.extractor.language import Language
from service.extractor.model import Speaker
from service.extractor.names.index import NameIndex, Person
from service.extractor.names.reader import Name, NameReader, word_before
from service.extractor.speakers.entities import Cast

WORD = re.compile(r"(?:\d+-)?[^\W\d_]+(?:['-][^\W\d_]+)*")
_NAME_AT_MOST = 60
_NAMES_BACK = 60
_TEXT_BACK = 5000
_DEFINITE = ("the ", "his ", "her ", "their ")
_OFFICE = regex.compile(
    r"(?:\p{Lu}[\w'-]*\s(?:and\s)?){0,6}(?P<head>\p{Lu}\w+)\s(?:of|for)(?:\sthe)?"
    r"(?:\s(?:(?:and|of|for|of\sthe)\s)?\p{Lu}[\w'-]*){1,8}"
)
_ALIAS = regex.compile(
    r",? (?:(?:(?:(?:who|that) (?:\w+ )?(?:goes|went)|going) by (?:the (?:name|nickname|alias)(?: of)? )?"
    r"|known (?:only|simply|just) as )[\"“‘']|(?:going )?by the (?:handle|name|nickname|username) )"
    r"(?P<alias>\p{Lu}[\w'-]*(?: \p{Lu}[\w'-]*){0,2})(?:[.,]|[.,]?[\"”'])"
)
_DESCRIBED = re.compile(r"the (?:[a-z-]+ ){1,3}")
_BEFORE_SENTENCE = frozenset(("", "\n", ".", "!", "?", '"', "“", "”", "'", "’"))
_PAIRED = re.compile(r"(?: \([^()\n]{1,30}\))?(?:,[^,.;\n]{1,40},)? and (?:[^,.;\n]{1,50} )?")
_PAIR_BACK = 24
_KIND_BEHIND = re.compile(r" (?P<kind>[a-z]+)")
_SAID_ASIDE = re.compile(r" \w+[,.]")
_DOMAIN = re.compile(r"[A-Z][\w-]*(?:\.[\w-]+)?\.(?:com|org|net|gov|edu|info|tv|io|co|uk|au|ca|eu)")
_TITLED_THE = regex.compile(
    r"(?<=[\p{Ll},] )The (?P<name>\p{Lu}[\w-]+(?: \p{Lu}[\w-]+){0,3})(?=[,.;]? |[.,;]?\n)", regex.REVERSE
)
_DEFINITE_NAME = regex.compile(
    r"[Tt]he (?P<name>\p{Lu}[\w.'-]*(?: (?:(?:of|for|and) (?:the )?)?\p{Lu}[\w.'-]*){0,6})"
)


def find_office(phrase: str, language: Language) -> Speaker | None:
    """An organisation whose name goes on behind "of" or "for": "the Department of Fisheries"."""
    match = _OFFICE.match(phrase, 4 if phrase[:4].lower() in ("the ", "one ") else 0)
    head = match["head"].casefold() if match else ""
    if not match or head not in language.organisation_heads or head in language.roles:
        return None
    return Speaker(match.group(), "organisation")


def find_apposition(text: str, end: int, reader: NameReader) -> Name | None:
    """The name behind a description that ends at an offset: "the former editor, Jane Doe,"."""
    if not text.startswith(", ", end):
        return None
    described = _DESCRIBED.match(text, end + 2)
    at = described.end() if described else end + 2
    begin, finish, run = next(reader.runs(text, at, at + _NAME_AT_MOST), (0, 0, ""))
    if begin != at or text[finish : finish + 1] not in (",", ".", ";", ":", ""):
        return None
    name = reader.read(run)
    if name is None or name.kind == "place":
        return None
    first_name_only = name.kind == "unknown" and not name.given
    return None if first_name_only and name.full.casefold() not in reader.language.given_names else name


def find_alias(text: str, end: int) -> str:
    """The name by which the person described before an offset goes: "a man who goes by the name “Buzz”"."""
    match = _ALIAS.match(text, end)
    return match["alias"] if match else ""


def find_titled(phrase: str, head: int, start: int, index: NameIndex) -> Name | None:
    """The name that ends a long title: "acting attorney for the District of Columbia Jane Doe"."""
    language = index.reader.language
    title = WORD.findall(phrase[:head])
    if head == len(phrase) or not title or not _may_be_title(title, language):
        return None
    begin, end, run = ([(0, 0, ""), *index.reader.runs(phrase, head)])[-1]
    name = index.read(run, start + begin) if end == len(phrase) else None
    if name is None or name.kind != "person":
        return None
    if all(word.lower() in language.title_words or word.isupper() for word in title):
        return name
    before = phrase[: end - len(name.full)].split()
    while before and before[-1].lower() in language.title_words:
        before.pop()
    follows = before and language.tags.get(before[-1].lower(), tag.NOUN) in tag.NOUNS
    return name if follows and phrase.endswith(name.full) and index.reader.is_given(name.given) else None


def _may_be_title(words: list[str], language: Language) -> bool:
    """Whether a phrase can be the title of the name that ends it: not "a spokesman for Jane Doe"."""
    last = words[-1].lower()
    if last in language.plural_roles or last in language.settings["spoken_for"]:
        return False
    definite = words[0].lower() == "the" and last not in language.roles
    return definite or not _opens(words[0], language)


def _opens(phrase: str, language: Language) -> bool:
    """Whether a phrase opens with an article or a word that counts."""
    first = phrase.split(" ", 1)[0].lower()
    return language.tags.get(first) in (tag.DETERMINER, tag.QUANTIFIER, tag.NUMBER)


def find_named_before(text: str, start: int, end: int, role: str, index: NameIndex) -> Person | None:
    """The person beside whose name a description stands: "Jane Doe, a spokeswoman for the port said"."""
    language = index.reader.language
    several = role in language.plural_roles or role in language.settings["plurals"]
    if text[start - 2 : start] != ", " or role not in language.roles or several:
        return None
    nearest = next(iter(index.people_before(start, 1)), None)
    if nearest is None or nearest.end != start - 2:
        return None
    if not _opens(text[start:end], language):
        return nearest.person
    opens = text[max(0, nearest.start - 2) : nearest.start].rstrip(" ")[-1:] in _BEFORE_SENTENCE
    aside = text[end : end + 1] == "," or _SAID_ASIDE.match(text, end)
    return nearest.person if opens and not aside else None


def find_same(text: str, phrase: str, index: NameIndex) -> Name | None:
    """The name that stands behind the same description in another place: "Acme's chairman, Jane Doe,"."""
    language = index.reader.language
    words = WORD.findall(phrase)
    owned = any(word.endswith(("'s", "s'")) for word in phrase.split(" ")[:-1])
    if not owned and (len(words) < 3 or not phrase.lower().startswith(_DEFINITE)):
        return None
    if words[-1].lower() in language.plural_roles:
        return None
    at = text.find(f"{phrase}, ")
    return find_apposition(text, at + len(phrase), index.reader) if at >= 0 else None


def find_pair(text: str, at: int, index: NameIndex) -> tuple[Person, Person] | None:
    """The last two people before an offset who are named together: "Jane Doe and Richard Roe"."""
    before = [each for each in index.people_before(at, _PAIR_BACK) if at - each.start < _TEXT_BACK]
    for second, first in pairwise(before):
        if first.person.key != second.person.key and _PAIRED.fullmatch(text, first.end, second.start):
            return first.person, second.person
    return None


def find_named_body(phrase: str, language: Language) -> Speaker | None:
    """A body that a phrase names and no list has: "Factcheck.org", "the Guardian"."""
    if _DOMAIN.fullmatch(phrase):
        return Speaker(phrase, "organisation")
    match = _DEFINITE_NAME.fullmatch(phrase)
    if not match:
        return None
    words = match["name"].split(" ")
    last = words[-1].lower()
    place = len(words) < 4 and (words[0] in language.places or " ".join(words[:2]) in language.places)
    if place or last in language.titles or last in language.plural_roles:
        return None
    if last in language.nationalities or last.removesuffix("s") in language.nationalities:
        return None
    role, head = last in language.roles, last in language.organisation_heads
    generic = len(words) == 1 and (head or last in language.settings["bodies"])
    if generic or (role and len(words) > 1) or (last.endswith("s") and not head):
        return None
    return Speaker(match["name"], "organisation")


def find_holders(head: str, role: str, at: int, index: NameIndex, cast: Cast) -> list[Person]:
    """Of whom the article says what a description says, the last named before an offset first.

    All names of a description must be told of him, "Utah" of "the Utah senator"; where they are told of
    nobody, the only one with the role is meant.
    """
    language = index.reader.language
    if not head.lower().startswith(_DEFINITE) or role in language.plural_roles:
        return []
    role = language.synonyms.get(role, role)
    if role not in language.roles and role not in language.nationalities and not role.endswith("year-old"):
        return []
    if not cast.is_told(role, at):
        return []
    names = {word.lower() for word in WORD.findall(head)[1:-1] if word[0].isupper()}
    wanted = names | {role}
    fitting: list[Person] = []
    others: list[Person] = []
    seen: dict[str, Person] = {}
    for occurrence in index.people_before(at, _NAMES_BACK):
        person = occurrence.person
        if person.kind == "person" and person.key not in seen:
            seen[person.key] = person
            entity = cast.entity(person)
            if wanted <= entity.words:
                fitting.append(person)
            elif role in entity.heads() and not (
                names and (entity.seated or find_places(entity.words, language))
            ):
                others.append(person)
    if not fitting and not others and len(names) > 1:
        # "the Love Island star", of whom it is told that she is the Love Island host
        others = [person for person in seen.values() if names <= cast.entity(person).words]
    return fitting or (others if len(others) == 1 else [])


def find_parties(words: Iterable[str], language: Language) -> set[str]:
    """Which words of a role name a party."""
    return {word for word in words if language.nationalities.get(word) == "party"}


def find_places(words: Iterable[str], language: Language) -> set[str]:
    """Which words of a role name a place or a people: somebody of another place has another role."""
    return {
        word
        for word in words
        if word.capitalize() in language.places or language.nationalities.get(word, "party") != "party"
    }


def find_body(text: str, noun: str, at: int, index: NameIndex) -> Person | None:
    """The nearest body before an offset that is named or described with a noun: "the council"."""
    for occurrence in index.bodies_before(at, _NAMES_BACK):
        end = occurrence.end
        after = text[end : end + 60].split(".", 1)[0] if text[end : end + 2] == ", " else ""
        beside = _KIND_BEHIND.match(text, end)
        kinds = f"{word_before(text, occurrence.start)} {beside['kind'] if beside else ''}"
        if noun in WORD.findall(f"{occurrence.person.name} {after} {kinds}".lower()):
            return occurrence.person
    return None


def find_outlet(text: str, at: int, index: NameIndex) -> Speaker | None:
    """The newspaper or the like that an article spoke of last, by its name or by "The" as a part of it."""
    for occurrence in index.bodies_before(at, _NAMES_BACK):
        last = occurrence.person.name.rsplit(" ", 1)[-1].casefold()
        if last in index.reader.language.settings["mastheads"]:
            return Speaker(occurrence.person.name, "organisation")
    # "the editors of The Advocate": a capital where no sentence begins is one of the name
    titled = _TITLED_THE.search(text, max(0, at - _TEXT_BACK), at)
    return Speaker(titled["name"], "organisation") if titled else None


def came_unnamed(text: str, role: str, at: int) -> bool:
    """Whether somebody without a name came in with a role shortly before: "the driver" after "a driver"."""
    far = max(0, at - _TEXT_BACK)
    if text.find(role, far, at) < 0:
        return False
    pattern = rf"\b(?:[Aa]n?|[Oo]ne|[Aa]nother)\s(?:[\w-]+\s){{0,2}}{re.escape(role)}\b"
    return re.compile(pattern).search(text, far, at) is not None
