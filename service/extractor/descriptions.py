"""Finds whom a description stands for: "the senator", "the company", "the former editor, Jane Doe".

Known limitation: a description that shares no word with what the article says of somebody stays unnamed.
"""

import re

from service.extractor.language import Language
from service.extractor.model import Speaker
from service.extractor.names import Name, NameReader
from service.extractor.people import NameIndex, Occurrence, Person

WORD = re.compile(r"(?:\d+-)?[^\W\d_]+(?:['-][^\W\d_]+)*")
_NAME_AT_MOST = 60
_NAMES_BACK = 60
_TEXT_BACK = 5000
_OFFICE = re.compile(
    r"(?:[A-Z][\w'-]*\s)*(?P<head>[A-Z]\w+)\s(?:of|for)(?:\sthe)?(?:\s(?:and\s)?[A-Z][\w'-]*){1,6}"
)
_DESCRIBED = re.compile(r"the (?:[a-z-]+ ){1,3}")


def find_office(phrase: str, language: Language) -> Speaker | None:
    """An organisation whose name goes on behind "of" or "for": "the Department of Fisheries"."""
    match = _OFFICE.match(phrase, 4 if phrase[:4].lower() == "the " else 0)
    if not match or match["head"].casefold() not in language.organisation_heads:
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


def find_titled(phrase: str, head: int, reader: NameReader) -> Name | None:
    """The name that ends a long title: "acting attorney for the District of Columbia Jane Doe"."""
    if head == len(phrase):
        return None
    title = WORD.findall(phrase[:head])
    if not all(word.lower() in reader.language.title_words or word.isupper() for word in title):
        return None
    _, end, run = ([(0, 0, ""), *reader.runs(phrase, head)])[-1]
    name = reader.read(run) if end == len(phrase) else None
    return name if name and name.kind == "person" else None


def find_holders(text: str, head: str, role: str, at: int, index: NameIndex) -> list[Person]:
    """Who was named with a role before an offset, the last one first: "the senator" after "Senator Doe"."""
    language = index.reader.language
    if not head.lower().startswith("the ") or role in language.plural_roles:
        return []
    role = language.synonyms.get(role, role)
    if role not in language.roles and role not in language.nationalities:
        return []
    wanted = {word.lower() for word in WORD.findall(head)[1:-1] if word[0].isupper()} | {role}
    holders: list[Person] = []
    for occurrence in index.people_before(at, _NAMES_BACK):
        person = occurrence.person
        if person.kind != "person" or person in holders:
            continue
        if wanted <= _roles_at(text, occurrence, language):
            holders.append(person)
    return holders


def find_body(text: str, noun: str, at: int, index: NameIndex) -> Person | None:
    """The nearest body before an offset that is named or described with a noun: "the council"."""
    for occurrence in index.bodies_before(at, _NAMES_BACK):
        end = occurrence.end
        after = text[end : end + 60].split(".", 1)[0] if text[end : end + 2] == ", " else ""
        if noun in WORD.findall(f"{occurrence.person.name} {after}".lower()):
            return occurrence.person
    return None


def came_unnamed(text: str, role: str, at: int) -> bool:
    """Whether somebody without a name came in with a role shortly before: "the driver" after "a driver"."""
    pattern = rf"\b(?:[Aa]n?|[Oo]ne|[Aa]nother)\s(?:[\w-]+\s){{0,2}}{re.escape(role)}\b"
    return re.compile(pattern).search(text, max(0, at - _TEXT_BACK), at) is not None


def _roles_at(text: str, occurrence: Occurrence, language: Language) -> set[str]:
    """Words for what somebody is, beside one of his names: before it, or in the apposition behind it."""
    before = text[max(0, occurrence.start - 60) : occurrence.start]
    before = before[:-2].split(",")[-1] if before.endswith(", ") else _modifiers(before, language)
    after = text[occurrence.end : occurrence.end + 60]
    after = after[1:].split(",", 1)[0].split(".", 1)[0] if after.startswith(",") else ""
    name = text[occurrence.start : occurrence.end]
    words = (word.lower() for word in WORD.findall(f"{before} {name} {after}"))
    return {language.synonyms.get(word, word) for word in words}


def _modifiers(before: str, language: Language) -> str:
    """The words that directly precede a name and say what its holder is: "former Utah senator"."""
    kept: list[str] = []
    clause = before[max(before.rfind(mark) for mark in ".,;:\n") + 1 :]
    for word in reversed(clause.split()[1:]):
        lower = word.lower()
        known = lower in language.roles or lower in language.title_words or lower in language.nationalities
        if not known and not word[0].isupper():
            break
        kept.append(word)
    return " ".join(kept)
