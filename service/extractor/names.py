"""Reads capitalised words as names: of a person, an organisation or a place.

Known limitations:
1. A name in lower case is not seen, nor is one whose every word is also a title.
2. A sequence of more than ten capitalised words is read in pieces.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from itertools import takewhile
from typing import Literal

from service.extractor.language import Language
from service.extractor.record import record

Kind = Literal["person", "organisation", "place", "unknown"]


@record
class Name:
    """One reading of a sequence of capitalised words: "Senator Jane Q. Doe Jr." is Jane Q. Doe Jr., f."""

    full: str
    surname: str
    given: str
    gender: str
    kind: Kind
    titles: tuple[str, ...] = ()


_READINGS_AT_MOST = 65536
_KEPT_AT_MOST = 120
_AGE = re.compile(r", (?:aged )?[1-9]\d,")
_COMPOUND = re.compile(r"\w-[a-z]")
_RUN_WORD = re.compile(r"[^ \n]+")
_FOR = (" for ", " of ", " at ")
_UPPER = "".join(chr(code) for code in range(0x2000) if chr(code).isupper())


def _compile_run(language: Language) -> re.Pattern[str]:
    """A sequence of capitalised words, with more than belongs to a name; `NameReader.runs` cuts it."""
    word = rf"[{_UPPER}][\w&'-]*(?:\.(?:-?[{_UPPER}]\.)*)?"
    particle = "|".join(sorted(language.settings["particles"]))
    return re.compile(rf"{word}(?:[ \n](?:(?:&|{particle})[ ]){{0,2}}(?:(?:al|el|ul|ben)-)?{word}){{0,9}}")


def known_key(words: str) -> str:
    """What a name and its spellings have in common: case, spaces and an article before it are left out."""
    return " ".join(words.casefold().split()).removeprefix("the ")


def _word_before(text: str, at: int) -> str:
    """The last whole word before an offset, past what touches it; "" if none is near."""
    far = max(0, at - 30)
    end = text.rfind(" ", far, at)
    return text[max(far, text.rfind(" ", far, end) + 1) : end] if end >= 0 else ""


class NameReader:
    """Reads capitalised sequences with one language's lexicons; readings are kept, up to a bound."""

    def __init__(self, language: Language, known: Mapping[str, Name] | None = None) -> None:
        self.language = language
        self._known = {key: self._complete(name) for key, name in (known or {}).items()}
        self._pattern = _compile_run(language)
        self._small_words = frozenset(word.capitalize() for word in language.settings["small_words"])
        self._small = re.compile(rf" (?:{'|'.join(sorted(self._small_words))}) ")
        self._read_once = lru_cache(maxsize=_READINGS_AT_MOST)(self._read)
        self._cut_once = lru_cache(maxsize=_READINGS_AT_MOST)(self._cut_names)
        self._bodies = language.settings["bodies"]
        spoken_for = "|".join(sorted(language.settings["spoken_for"]))
        self._spoken_for = re.compile(rf"\b(?:{spoken_for}) (?:for|of|at) $")

    def read(self, run: str) -> Name | None:
        """The name that a capitalised sequence gives, or None where it is none."""
        return self._read_once(run) if len(run) <= _KEPT_AT_MOST else self._read(run)

    def known(self, words: str) -> Name | None:
        """Whom the caller has said that a name or an alias means."""
        return self._known.get(known_key(words)) if self._known else None

    def _complete(self, known: Name) -> Name:
        """A known name with the gender of its given name, unless the caller has told it."""
        gender = self._gender(known.full.split(" ")) if known.gender == "-" else known.gender
        return replace(known, gender=gender)

    def runs(self, text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int, str]]:
        """Capitalised sequences of a stretch of text: neither a possessive nor a full stop is inside one."""
        for match in self._pattern.finditer(text, start, len(text) if end is None else end):
            begin, run = match.start(), match.group()
            if not (begin and text[begin - 1].isalnum()):
                for first, last in self._cut(run):
                    yield begin + first, begin + last, run[first:last]

    def find_names(self, text: str) -> Iterator[tuple[int, int, Name]]:
        """The names of people and bodies in a text."""
        for match in self._pattern.finditer(text):
            begin, run = match.start(), match.group()
            if begin and text[begin - 1].isalnum():
                continue
            for first, last, name in (
                self._cut_once(run) if len(run) <= _KEPT_AT_MOST else self._cut_names(run)
            ):
                yield begin + first, begin + last, name

    def _cut_names(self, run: str) -> tuple[tuple[int, int, Name], ...]:
        """The names in a capitalised sequence that are no place's."""
        names = []
        for first, last in self._cut(run):
            name = self.read(run[first:last])
            if name and name.kind != "place":
                names.append((first, last, name))
        return tuple(names)

    def _cut(self, run: str) -> Iterable[tuple[int, int]]:
        if "'" in run or "." in run or (" " in run and self._small.search(run)):
            return self._cut_apart(run)
        return ((0, len(run)),)

    def _cut_apart(self, run: str) -> Iterator[tuple[int, int]]:
        start = 0
        for word in _RUN_WORD.finditer(run):
            text, end = word.group(), word.end()
            stop = text.endswith(".") and not self._is_abbreviation(text)
            if text.endswith(("s'", "ren's", "men's", "ple's")) and self._is_head(run):
                continue
            small = start < end - len(text) and text in self._small_words
            if small:
                if end - len(text) - 1 > start:
                    yield start, end - len(text) - 1
                start = end + 1
                continue
            bare = text.rstrip("'") if text.endswith("'") else text[:-2] if text.endswith("'s") else text
            bare = bare[:-1] if stop else bare
            if bare != text or end == len(run):
                finish = end - len(text) + len(bare)
                if finish > start:
                    yield start, finish
                start = end + 1

    def _is_head(self, run: str) -> bool:
        """Whether a sequence ends like an organisation: "the Port Users' Council"."""
        return run.rsplit(" ", 1)[-1].casefold().rstrip(".") in self.language.organisation_heads

    def _is_abbreviation(self, word: str) -> bool:
        return "." in word[:-1] or len(word) == 2 or word[:-1].lower() in self.language.abbreviations

    def _read(self, run: str) -> Name | None:
        name = self.known(run) or self._read_words(run)
        return name and (self.known(name.full) or name)

    def _read_words(self, run: str) -> Name | None:
        words = run.replace("\n", " ").split(" ")
        if len(words) == 1:
            return self._read_word(run)
        language = self.language
        while self._opens_with_function(words):
            words.pop(0)
        polite = words[0].casefold().rstrip(".") in language.titles and len(words) == 2
        if len(words) > 1 and self._is_organisation(words) and not polite:
            return Name(" ".join(words), words[-1], words[0], "o", "organisation")
        while words and self._is_function(words[0]) and not (len(words) > 1 and self._is_given(words[0])):
            words.pop(0)
        words = self._before_verb(words)
        if not words:
            return None
        bare = " ".join(words).rstrip(".")
        if bare in language.organisation_names or (self._is_organisation(words) and not polite):
            first = words[0] if len(words) > 1 else ""
            return Name(" ".join(words), words[-1], first, "o", "organisation")
        if bare in language.places:
            return Name(bare, words[-1], "", "o", "place")
        return self._read_person(words)

    def _read_word(self, word: str) -> Name | None:
        """The name that one word alone gives: no title, modifier or verb stands beside it."""
        if self._is_function(word):
            return None
        language, bare, lower = self.language, word.rstrip("."), word.casefold()
        if bare in language.organisation_names or self._is_acronym(word):
            return Name(word, word, "", "o", "organisation")
        if bare in language.places:
            return Name(bare, word, "", "o", "place")
        if lower in language.nationalities or word in language.places or _COMPOUND.search(word):
            return None
        return Name(word, word, "", language.given_names.get(lower, "-"), "unknown")

    def _opens_with_function(self, words: list[str]) -> bool:
        if len(words) < 2 or self._is_given(words[0]) or " ".join(words[:2]) in self.language.places:
            return False
        return words[0].lower() in self.language.function_words

    def _before_verb(self, words: list[str]) -> list[str]:
        """Cut a headline in title case at its verb, and a day: "Jane Doe Calls Roe Friday" is Jane Doe."""
        for at in range(1, len(words) - 1):
            if words[at].lower() in self.language.tensed and not self._is_given(words[at]):
                return words[:at]
        while (
            len(words) > 1
            and self.language.tags.get(words[-1].lower()) == "Y"
            and not self._is_given(words[-1])
        ):
            words = words[:-1]
        return words

    def _is_function(self, word: str) -> bool:
        lower = word.lower().rstrip(".")
        return lower in self.language.not_names or lower in self.language.function_words

    def _is_given(self, word: str) -> bool:
        return word.casefold() in self.language.given_names

    def is_common(self, word: str, kind: Kind) -> bool:
        """Whether the first word of an organisation is too common to stand for it: a place, a title."""
        lower = word.casefold()
        language = self.language
        return kind == "organisation" and (
            word in language.places
            or lower in language.nationalities
            or lower in language.title_words
            or len(word) < 4
        )

    def is_body(self, text: str, start: int, end: int, name: Name) -> bool:
        """Whether the words around a name say that it is a body's: "Vantage Freight, the parcel company"."""
        bodies = self._bodies
        if name.kind == "unknown" and _word_before(text, start).lower() in bodies:
            return True
        if not name.given:
            far = max(0, start - 40)
            return text.endswith(_FOR, far, start) and self._spoken_for.search(text, far, start) is not None
        if name.kind == "organisation" or text[end : end + 2] != ", ":
            return False
        aside = text[end + 2 : end + 60].split(",", 1)[0].split(".", 1)[0].split(" ")
        words = list(takewhile(lambda word: word not in self.language.function_words, aside[1:6]))
        if aside[0] not in ("a", "an", "the") or not words or words[-1] not in bodies:
            return False
        return not any(word in self.language.roles for word in words)

    def is_somebody(self, text: str, start: int, end: int) -> bool:
        """Whether the words around an unknown name say that it is a person's: "pollster Jane Doe, 34,"."""
        return _AGE.match(text, end) is not None or _word_before(text, start) in self.language.roles

    def _is_organisation(self, words: list[str]) -> bool:
        if len(words) == 1:
            return self._is_acronym(words[0])
        heads = self.language.organisation_heads
        last = words[-1].casefold().rstrip(".")
        surname = last in self.language.surname_heads and len(words) == 2 and self._is_given(words[0])
        return last in heads and not surname

    def _is_acronym(self, word: str) -> bool:
        return len(word) > 1 and word.isupper() and word.isalpha() and not self._is_given(word)

    def _read_person(self, words: list[str]) -> Name | None:
        language = self.language
        suffix_from = len(words)
        while (
            suffix_from > 1 and words[suffix_from - 1].casefold().strip(".") in language.settings["suffixes"]
        ):
            suffix_from -= 1
        begin, gender, titles = self._skip_titles(words, suffix_from)
        name = words[begin:]
        core = words[begin:suffix_from]
        office = len(core) == 1 and bool(titles) and core[0].casefold() in language.title_words
        if not core or office or _COMPOUND.search(core[-1]):
            return None
        if len(core) == 1 and not titles:
            if core[0].casefold() in language.nationalities or core[0] in language.places:
                return None
            return Name(core[0], core[0], "", language.given_names.get(core[0].casefold(), "-"), "unknown")
        given = core[0] if len(core) > 1 else ""
        if gender == "-":
            gender = self._gender(core)
        known = bool(titles) or any(self._is_given(word) or self._is_initial(word) for word in core[:-1])
        return Name(" ".join(name), core[-1], given, gender, "person" if known else "unknown", tuple(titles))

    def _gender(self, core: list[str]) -> str:
        if len(core) < 2:
            return "-"
        for word in core[:-1]:
            found = self.language.given_names.get(word.casefold())
            if found is None and "-" in word:
                found = self.language.given_names.get(word.split("-")[0].casefold())
            if found:
                return found
        return "-"

    def _is_initial(self, word: str) -> bool:
        return len(word) <= 4 and word.endswith(".") and word[0].isupper() and len(word.replace(".", "")) < 3

    def _skip_titles(self, words: list[str], end: int) -> tuple[int, str, list[str]]:
        """Where the name begins, the gender its titles give, and the titles."""
        language = self.language
        begin, gender, titles = 0, "-", []
        for at in range(end - 1):
            word = words[at].casefold().rstrip(".")
            office = language.titles.get(word, "-")
            first_name = at == begin and self._is_given(words[at]) and office == "-"
            if word in language.title_words and not first_name:
                begin = at + 1
                titles.append(word)
                gender = office if office != "-" else gender
        return (begin or self._skip_modifiers(words, end)), gender, titles

    def _skip_modifiers(self, words: list[str], end: int) -> int:
        """Where the name begins behind a place, a party or a body: "Washington Post Margaret Sullivan"."""
        for at in range(1, end - 1):
            if self._is_given(words[at]) and all(self._is_modifier(word) for word in words[:at]):
                return at
        begin = 0
        while begin < end - 1 and self._is_modifier(words[begin]) and not self._is_given(words[begin]):
            begin += 1
        return begin

    def _is_modifier(self, word: str) -> bool:
        lower = word.casefold().rstrip(".")
        language = self.language
        return (
            lower in language.nationalities
            or word in language.places
            or (len(word) > 1 and word.replace(".", "").isupper() and not self._is_initial(word))
            or word in language.organisation_names
            or lower in language.organisation_heads
        )
