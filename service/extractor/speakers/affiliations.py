"""Finds the body that a role names: "Open Europe" of "director of Open Europe", "Acme" of "Acme chairman".

Known limitation: a club or country that somebody plays for is taken for a place, and is no affiliation.
"""

from itertools import dropwhile, islice, takewhile

import regex

from service.extractor import tags as tag
from service.extractor.language import Language
from service.extractor.names.index import NameIndex
from service.extractor.speakers.roles import Role

_CAPITALISED = r"\p{Lu}[\w.&'-]*"
_LINK = regex.compile(r"\b(?:of|for|at|in|from|with|on|to|by|near|under|against|since|about)\b")
_HELD = regex.compile(
    r"\b(?:of|for|at|with|from|to)"
    r"(?: \p{Lu}[\w-]+(?= (?!and|of|for|the)[a-z-]+ \p{Lu}))?"  # "of | Welsh | firm Acme"
    rf"(?: [a-z-]+){{0,3}} (?P<body>{_CAPITALISED}"
    rf"(?:(?: (?:of|for|and|&))?(?: the)? {_CAPITALISED}| headquarters){{0,8}})"
)
_POSSESSIVE = regex.compile(r"'s?$")
_SMALL_WORD = regex.compile(r" (?P<word>\p{Ll}+)")
_WORD = regex.compile(r"[^\s,()]+")


def find_affiliation(text: str, role: Role, index: NameIndex) -> tuple[int, int] | None:
    """Where the body stands that a role names, None if it names none."""
    if role.form == "owner":
        return role.start, role.end
    link = _LINK.search(text, role.start, role.end)
    words = list(_WORD.finditer(text, role.start, link.start() if link else role.end))
    if not words:
        return _find_held(text, role.start, role, index, titled=False)
    titled = words[-1].group()[0].isupper()
    held = _find_held(text, words[-1].end(), role, index, titled=titled) if link else None
    return held or _find_ahead(text, words[:-1], role, index, titled=titled)


def _find_held(
    text: str, start: int, role: Role, index: NameIndex, *, titled: bool
) -> tuple[int, int] | None:
    """The body behind a preposition: "Open Europe" of "director of research at Open Europe"."""
    for match in _HELD.finditer(text, start, role.end):
        begin, end = match.span("body")
        bare = len(_POSSESSIVE.sub("", text[begin:end]))
        end = begin + bare if begin + bare < end else _extend(text, end, role, index)
        surely = (
            match.group().startswith(("at ", "with ")) and text[begin:end] not in index.reader.language.places
        )
        if surely or _may_be_body(text[begin:end], begin, role, index, titled=titled):
            return begin, end
    return None


def _extend(text: str, end: int, role: Role, index: NameIndex) -> int:
    """Where the name of a body ends that goes on in small letters: "Commons transport committee"."""
    parts = index.reader.language.settings["parts_of_bodies"]
    at = end
    for match in islice(_SMALL_WORD.finditer(text, end, role.end), 3):
        if match.start() != at:
            break
        at = match.end()
        end = at if match["word"] in parts else end
    return end


def _find_ahead(
    text: str, words: list[regex.Match[str]], role: Role, index: NameIndex, *, titled: bool
) -> tuple[int, int] | None:
    """The body before the noun of a role: "Foreign Ministry" of "former Foreign Ministry spokeswoman"."""
    language = index.reader.language
    named = list(dropwhile(_is_small, words))
    owner = next((at for at, word in enumerate(named) if word.group().endswith(("'s", "s'"))), len(named))
    named = list(takewhile(lambda word: not _is_small(word), named[: owner + 1]))
    lower = [word.group().lower() for word in named]
    known = (" ".join(word.group() for word in named[:at]) for at in range(len(named), 0, -1))
    if name := next((name for name in known if name in language.organisation_names), ""):
        return named[0].start(), named[0].start() + len(name)
    ends = [at for at, word in enumerate(lower, 1) if word in language.organisation_heads]
    if not ends:
        offices = (at for at, word in enumerate(named) if _is_office(word.group(), language))
        ends = [next(offices, len(named))]
    if not ends[-1]:
        return None
    begin, end = named[0].start(), named[ends[-1] - 1].end()
    bare = len(_POSSESSIVE.sub("", text[begin:end]))
    end = begin + bare if begin + bare < end else _extend(text, end, role, index)
    return (begin, end) if _may_be_body(text[begin:end], begin, role, index, titled=titled) else None


def _is_small(word: regex.Match[str]) -> bool:
    return not word.group()[0].isupper()


def _is_office(word: str, language: Language) -> bool:
    lower = word.lower().rstrip(".")
    if language.nationalities.get(lower) == "party":
        return False
    return lower in language.title_words or lower in language.roles


def _may_be_body(name: str, at: int, role: Role, index: NameIndex, *, titled: bool) -> bool:
    """Whether capitalised words in a role name a body, and neither a place, somebody nor an office.

    In a role whose noun has a capital ordinary words have one, too: "Health Secretary".
    """
    language, reader = index.reader.language, index.reader
    words = name.split()
    last = words[-1].lower()
    party = all(language.nationalities.get(word.lower()) == "party" for word in words)
    if party or name in language.organisation_names:
        return True
    if name in language.places or language.tags.get(last) == tag.TIME:
        return False
    heads = language.organisation_heads
    headed = len(words) > 1 and last in heads and last in language.settings["bodies"]
    if not headed and all(_is_office(w, language) or w.lower() in language.nationalities for w in words):
        return False
    if (
        len(words) > 1
        and last != "county"
        and (last in heads or (words[1] == "of" and words[0].lower() in heads))
    ):
        return True
    if role.form == "body" and len(words) == 1 and not name.isupper():
        return False
    if role.head in language.settings["territorial"] or (titled and all(map(reader.is_ordinary, words))):
        return False
    read = index.read(name, at)
    if read is None or read.kind == "organisation" or index.evidence.text.startswith("the ", at - 4):
        return True
    person = index.find(read, at)
    somebody = person is not None and (person.kind == "person" or reader.is_given(person.given))
    family = index.evidence.text.startswith(" family", at + len(name))
    return read.kind != "place" and not family and not somebody and not read.titles
