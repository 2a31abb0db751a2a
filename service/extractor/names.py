"""Reads the names of an article: who is named, how fully, and where.

Known limitations:
1. A name in lower case is not seen, nor is one whose every word is also a title.
2. An unknown sequence of capitalised words counts as a person only where it is said to speak.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from service.extractor.language import Language

Kind = Literal["person", "organisation", "place", "unknown"]


@dataclass(frozen=True, slots=True)
class Name:
    """One reading of a sequence of capitalised words: "Senator Jane Q. Doe Jr." is Jane Q. Doe Jr., f."""

    full: str
    surname: str
    given: str
    gender: str
    kind: Kind
    titles: tuple[str, ...] = ()


@dataclass(slots=True)
class Person:
    """Somebody whom the article names.  `gender` is m, f, or - where nothing tells."""

    name: str
    surname: str
    given: str
    gender: str
    kind: Kind
    first: int
    count: int = 0
    roles: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A place where a person is named, in words outside quotation marks; `leads` if no name precedes it there."""

    start: int
    end: int
    person: Person
    leads: bool


_SPOKEN_FOR = re.compile(r"\b(?:spokes\w+|spokesperson|chief executive|boss|owner|director|lawyers?) (?:for|of|at) $")
_RUN_WORD = re.compile(r"[^ \n]+")
_UPPER = "".join(chr(code) for code in range(0x2000) if chr(code).isupper())


def _compile_run(language: Language) -> re.Pattern[str]:
    """A sequence of capitalised words, with more than belongs to a name; `NameReader.runs` cuts it."""
    word = rf"[{_UPPER}][\w&'-]*(?:\.(?:-?[{_UPPER}]\.)*)?"
    particle = "|".join(sorted(language.particles))
    return re.compile(rf"{word}(?:[ \n](?:(?:&|{particle})[ ]){{0,2}}(?:(?:al|el|ul|ben)-)?{word})*")


class NameReader:
    """Reads capitalised sequences with one language's lexicons; readings are kept, up to a bound."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._pattern = _compile_run(language)
        self.read = lru_cache(maxsize=65536)(self._read)

    def runs(self, text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int, str]]:
        """Capitalised sequences of a stretch of text: neither a possessive nor a full stop is inside one."""
        for match in self._pattern.finditer(text, start, len(text) if end is None else end):
            begin, run = match.start(), match.group()
            if begin and text[begin - 1].isalnum():
                continue
            if "'" in run or "." in run:
                yield from self._cut(run, begin)
            else:
                yield begin, match.end(), run

    def _cut(self, run: str, begin: int) -> Iterator[tuple[int, int, str]]:
        start = 0
        for word in _RUN_WORD.finditer(run):
            text, end = word.group(), word.end()
            stop = text.endswith(".") and not self._is_abbreviation(text)
            if text.endswith(("s'", "ren's", "men's", "ple's")) and self._is_head(run):
                continue
            bare = text.rstrip("'") if text.endswith("'") else text[:-2] if text.endswith("'s") else text
            bare = bare[:-1] if stop else bare
            if bare != text or end == len(run):
                finish = end - len(text) + len(bare)
                if finish > start:
                    yield begin + start, begin + finish, run[start:finish]
                start = end + 1

    def _is_head(self, run: str) -> bool:
        """Whether a sequence ends like an organisation: "the Port Users' Council"."""
        return run.rsplit(" ", 1)[-1].casefold().rstrip(".") in self.language.organisation_heads

    def _is_abbreviation(self, word: str) -> bool:
        return "." in word[:-1] or len(word) == 2 or word[:-1].lower() in self.language.abbreviations

    def _read(self, run: str) -> Name | None:
        words = run.replace("\n", " ").split(" ")
        language = self.language
        while len(words) > 1 and words[0].lower() in language.function_words and not self._is_given(words[0]):
            words.pop(0)
        if len(words) > 1 and self._is_organisation(words):
            return Name(" ".join(words), words[-1], words[0], "o", "organisation")
        while words and self._is_function(words[0]) and not (len(words) > 1 and self._is_given(words[0])):
            words.pop(0)
        words = self._before_verb(words)
        if not words:
            return None
        joined = " ".join(words)
        bare = joined.rstrip(".")
        if bare in language.organisation_names or self._is_organisation(words):
            return Name(joined, words[-1], words[0] if len(words) > 1 else "", "o", "organisation")
        if bare in language.places:
            return Name(joined, words[-1], "", "o", "place")
        return self._read_person(words)

    def _before_verb(self, words: list[str]) -> list[str]:
        """Cut a headline in title case at its verb, and a day: "Jane Doe Calls Richard Roe Friday" is Jane Doe."""
        for at in range(1, len(words) - 1):
            if words[at].lower() in self.language.tensed and not self._is_given(words[at]):
                return words[:at]
        while len(words) > 1 and self.language.tags.get(words[-1].lower()) == "Y" and not self._is_given(words[-1]):
            words = words[:-1]
        return words

    def _is_function(self, word: str) -> bool:
        lower = word.lower().rstrip(".")
        return lower in self.language.not_names or lower in self.language.function_words

    def _is_given(self, word: str) -> bool:
        return word.casefold() in self.language.given_names

    def is_common(self, word: str, kind: Kind) -> bool:
        """Whether the first word of an organisation is too common to stand for it: a place, a title, a demonym."""
        lower = word.casefold()
        language = self.language
        return kind == "organisation" and (
            word in language.places or lower in language.nationalities or lower in language.title_words or len(word) < 4
        )

    def _is_organisation(self, words: list[str]) -> bool:
        heads = self.language.organisation_heads
        last = words[-1].casefold().rstrip(".")
        if len(words) == 1:
            return len(last) > 1 and words[0].isupper() and words[0].isalpha() and last not in self.language.given_names
        return last in heads and not (len(words) == 2 and self._is_given(words[0]))

    def _read_person(self, words: list[str]) -> Name | None:
        language = self.language
        suffix_from = len(words)
        while suffix_from > 1 and words[suffix_from - 1].casefold().strip(".") in language.settings["suffixes"]:
            suffix_from -= 1
        begin, gender, titles = self._skip_titles(words, suffix_from)
        name = words[begin:]
        core = words[begin:suffix_from]
        if not core:
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
            if word in language.title_words and not (self._is_given(words[at]) and at == begin and end - at > 1 and language.titles.get(word, "-") == "-"):
                begin = at + 1
                titles.append(word)
                found = language.titles.get(word, "-")
                gender = found if found != "-" else gender
        if begin == 0:
            for at in range(1, end - 1):
                before = words[:at]
                if self._is_given(words[at]) and all(self._is_modifier(word) for word in before):
                    return at, gender, titles
            while begin < end - 1 and self._is_modifier(words[begin]) and not self._is_given(words[begin]):
                begin += 1
        return begin, gender, titles

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


class NameIndex:
    """The persons and organisations of one article, and where each is named outside quotation marks."""

    def __init__(self, text: str, reader: NameReader, quoted: list[tuple[int, int]]) -> None:
        self.reader = reader
        self.by_name: dict[str, Person] = {}
        self.by_surname: dict[str, list[Person]] = {}
        self.by_given: dict[str, list[Person]] = {}
        self.bodies: list[tuple[int, int, Person]] = []
        runs = self._collect(text)
        self.occurrences = self._locate(text, runs, quoted)
        self._starts = [occurrence.start for occurrence in self.occurrences]

    def _collect(self, text: str) -> list[tuple[int, int, Name]]:
        read = self.reader.read
        runs = []
        for start, end, run in self.reader.runs(text):
            name = read(run)
            if name is None or name.kind == "place":
                continue
            runs.append((start, end, name))
            if name.kind in ("unknown", "person") and name.given and not name.titles and self._is_body(text, end):
                name = Name(name.full, name.surname, name.given, "o", "organisation")
            if not name.given and not name.titles and _SPOKEN_FOR.search(text, max(0, start - 40), start):
                name = Name(name.full, name.surname, "", "o", "organisation")
            if (name.given and not self._ending_in(name)) or name.titles or name.kind == "organisation":
                self.add(name, start)
        return runs

    def _is_body(self, text: str, end: int) -> bool:
        """Whether an apposition says that a name is no person's: "Orrin Freight, the parcel company"."""
        if text[end : end + 2] != ", ":
            return False
        aside = text[end + 2 : end + 60].split(",", 1)[0].split(".", 1)[0].split(" ")
        bodies = self.reader.language.settings["bodies"]
        return aside[0] in ("a", "an", "the", "which") and any(word in bodies for word in aside[1:6])

    def add(self, name: Name, at: int) -> Person:
        """The person of a reading, new or known."""
        key = name.full.casefold()
        person = self.by_name.get(key)
        if person is None:
            person = Person(name.full, name.surname, name.given, name.gender, name.kind, at)
            self.by_name[key] = person
            self.by_surname.setdefault(name.surname.casefold(), []).append(person)
            if name.given and not self.reader.is_common(name.given, name.kind):
                self.by_given.setdefault(name.given.casefold(), []).append(person)
        person.count += 1
        person.roles.update(name.titles)
        if person.gender == "-":
            person.gender = name.gender
        return person

    def _locate(
        self, text: str, runs: list[tuple[int, int, Name]], quoted: list[tuple[int, int]]
    ) -> list[Occurrence]:
        occurrences: list[Occurrence] = []
        starts = [start for start, _ in quoted]
        last_end = 0
        for start, end, name in runs:
            at = bisect_left(starts, start + 1) - 1
            if at >= 0 and start < quoted[at][1]:
                continue
            person = self.find(name, start)
            if person is None:
                continue
            if person.kind == "organisation":
                self.bodies.append((start, end, person))
                continue
            between = text[last_end:start]
            leads = not occurrences or "\n" in between or ". " in between or '" ' in between or "” " in between
            occurrences.append(Occurrence(start, end, person, leads))
            last_end = end
        return occurrences

    def find(self, name: Name, at: int) -> Person | None:
        """Whom a name means at an offset: the full name, or the best fitting holder of a surname or first name."""
        if name.given or name.kind == "organisation":
            found = self._fuller(self.by_name.get(name.full.casefold()))
            return found or (None if name.given.casefold() in self.reader.language.given_names else self._ending_in(name))
        key = name.surname.casefold()
        holders = [
            person for person in self.by_surname.get(key, ())
            if person.given and (name.gender not in "mf" or not name.titles or person.gender in ("-", name.gender))
        ]
        if not holders:
            holders = self.by_given.get(key, [])
        if not holders or (name.full.casefold() in self.by_name and self.by_name[name.full.casefold()].kind == "organisation"):
            return self.by_name.get(name.full.casefold())
        earlier = [person for person in holders if person.first <= at]
        return max(earlier or holders, key=lambda person: (person.kind == "person", person.count, -person.first))

    def _fuller(self, person: Person | None) -> Person | None:
        """The same person with a middle name or initial, where the article names just one such: Jane Q. Doe."""
        if person is None or person.kind == "organisation" or person.name.count(" ") != 1:
            return person
        fuller = [
            other for other in self.by_surname.get(person.surname.casefold(), ())
            if other.given == person.given and other.name.count(" ") > 1
        ]
        return fuller[0] if len(fuller) == 1 else person

    def _ending_in(self, name: Name) -> Person | None:
        """The holder of a surname of several words: "Hawk Sawyer" after "Kathleen Hawk Sawyer"."""
        ending = " " + name.full.casefold()
        for person in self.by_surname.get(name.surname.casefold(), ()):
            if person.name.casefold().endswith(ending):
                return person
        return None

    def before(self, at: int, reach: int) -> list[Occurrence]:
        """Occurrences that begin before an offset and not more than `reach` code points away, nearest first."""
        last = bisect_left(self._starts, at)
        found = []
        for position in range(last - 1, -1, -1):
            occurrence = self.occurrences[position]
            if at - occurrence.start > reach:
                break
            found.append(occurrence)
        return found
