"""Reads capitalised words as names: of a person, an organisation or a place.

Known limitations:
1. A name in lower case is not seen, nor is one whose every word is also a title.
2. A sequence of more than ten capitalised words is read in pieces.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import replace
from functools import lru_cache
from itertools import takewhile
from typing import Literal

from service.extractor.language import Language
from service.extractor.record import record
from service.extractor.tags import AUXILIARY, FINITE, NAME, NO_VERBS, NOUN, TIME, VERB

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


@record
class NameCandidate:
    """A capitalised sequence of a text, and the name that it gives by itself.

    It is `clear` if no article says more of it: a known first name and a surname, a body, a place.
    """

    start: int
    end: int
    run: str
    name: Name | None
    clear: bool = False


_READINGS_AT_MOST = 65536
_KEPT_AT_MOST = 120
_AGE = re.compile(r", (?:aged )?[1-9]\d,")
_LINE_END = re.compile(r"\n\s*")
_NEXT_WORD = re.compile(r" ([a-z]+)\b")
_DESCRIPTION = re.compile(r", (?:an? |the |who(?:se)? |(?:aged )?[1-9]\d[,.])")
_LETTERS = re.compile(r"(?:[A-Z]\.)+")
_COMPOUND = re.compile(r"\w-[a-z]")
# The given name of a Korean, or one in the spelling of Wade and Giles: "Jae-myung", "Ing-wen".
_SYLLABLES = re.compile(r"[A-Z][a-z]{1,5}-[a-z]{1,6}")
_JOINED_WORDS = re.compile(r"(?:[A-Z][a-z]+){2,}")
_JOINED_SURNAME = re.compile(r"(?:Mc|Mac|De|Del|Della|Des|Di|Da|Du|La|Le|Van|Von|Vande|Vander|Fitz|Ap)[A-Z]")
_RUN_WORD = re.compile(r"[^ \n]+")
# A nickname inside a name, once `hide_nicknames` has put "`" for its marks, or "*" for its brackets.
_HIDDEN = r"[ ](?:`{1,2}|\*)(?:the[ ])?[A-Z][\w. -]{1,31}(?:`{1,2}|\*)(?=[ ][A-Z])"
_NICKNAME = re.compile(_HIDDEN)
_IN_MARKS = re.compile(
    r"""[ ](?<=[\w.][ ])(?P<open>''|["“‘'(])"""
    r"""(?P<words>(?:[Tt]he[ ])?[A-Z][\w.-]{1,15}(?:[ ][A-Z][\w-]{1,15})?)"""
    r"""(?P<close>''|["”’')])(?=[ ][A-Z])"""
)
_ENDINGS = (
    ("ies", "y"), ("ied", "y"), ("ing", ""), ("ing", "e"), ("ed", ""), ("ed", "e"), ("es", ""), ("s", ""),
    ("ly", ""), ("ment", ""), ("er", ""), ("er", "e"), ("ers", ""), ("ers", "e"),
)  # fmt: skip
_FOR = (" for ", " of ", " at ")
_NAME_REACH = 30
_UPPER = "".join(chr(code) for code in range(0x2000) if chr(code).isupper())


def _compile_run(language: Language) -> re.Pattern[str]:
    """A sequence of capitalised words, with more than belongs to a name; `NameReader.runs` cuts it."""
    word = rf"[{_UPPER}][\w&'-]*(?:\.(?:-?[{_UPPER}]\.)*)?"
    particle = "|".join(sorted(language.settings["particles"]))
    further = rf"[ \n](?:(?:&|{particle})[ ]){{0,2}}(?:(?:al|el|ul|ben)-)?{word}(?:{_HIDDEN})?"
    return re.compile(rf"{word}(?:{_HIDDEN})?(?:{further}){{0,9}}(?:,[ ](?:Jr|Sr|II|III|IV)\b\.?)?")


def known_key(words: str) -> str:
    """The key that a name and its spellings share: case, spaces and an article before it are left out."""
    return " ".join(words.casefold().split()).removeprefix("the ")


def word_before(text: str, at: int) -> str:
    """The last whole word before an offset, on its line, past what touches it; "" if none is near."""
    words = text[max(0, at - _NAME_REACH) : at].rsplit(" ", 2)
    if len(words) < 2 or "\n" in words[-1]:
        return ""
    return words[-2].rsplit("\n", 1)[-1]


def _cover(nickname: re.Match[str]) -> str:
    """A capitalised word as long as a nickname with its marks: a name is not cut at it."""
    return " " + "N".ljust(len(nickname.group()) - 1, "n")


def _divide(at: int, run: str, line_ends: Set[int]) -> Iterator[tuple[int, str]]:
    """The parts of a sequence that begins at an offset, between the line ends in it."""
    begin = 0
    for match in _LINE_END.finditer(run):
        if at + match.start() in line_ends:
            yield at + begin, run[begin : match.start()].rstrip()
            begin = match.end()
    yield at + begin, run[begin:]


def _is_lettered(word: str) -> bool:
    """Whether a word has the capitals of an abbreviation: MD, PhD, but not Ma."""
    return sum(map(str.isupper, word)) > 1 or word.startswith("Esq")


class NameReader:
    """Reads capitalised sequences with one language's lexicons; readings are kept, up to a bound."""

    def __init__(self, language: Language, known: Mapping[str, Name] | None = None) -> None:
        self.language = language
        self._known = {key: self._complete(name) for key, name in (known or {}).items()}
        self._stated = {name.full: name.gender for name in (known or {}).values()}
        self._pattern = _compile_run(language)
        self._small_words = frozenset(word.capitalize() for word in language.settings["small_words"])
        self._small = re.compile(rf" (?:{'|'.join(sorted(self._small_words))}) ")
        self._read_once = lru_cache(maxsize=_READINGS_AT_MOST)(self._read)
        self._cut_once = lru_cache(maxsize=_READINGS_AT_MOST)(self._cut_names)
        self.knows = bool(known)
        self._ordinary: dict[str, bool] = {}
        self._bodies = language.settings["bodies"]
        self._relations = language.settings["relations"]
        spoken_for = "|".join(sorted(language.settings["spoken_for"]))
        self._spoken_for = re.compile(rf"\b(?:{spoken_for}) (?:for|of|at) $")

    def read(self, run: str) -> Name | None:
        """The name in a capitalised sequence; None if it is not a name."""
        return self._read_once(run) if len(run) <= _KEPT_AT_MOST else self._read(run)

    def known(self, words: str) -> Name | None:
        """Whom the caller has said that a name or an alias means."""
        return self._known.get(known_key(words)) if self._known else None

    def stated_gender(self, name: str) -> str:
        """The gender that the caller has told of a known person, - of others."""
        return self._stated.get(name, "-")

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

    def find_readings(self, text: str, line_ends: Set[int] = frozenset()) -> Iterator[NameCandidate]:
        """The capitalised sequences of a text, each with the name that it gives by itself, if any.

        No sequence goes on over one of the `line_ends`; over others, a wrapped line's, it may.
        """
        for match in self._pattern.finditer(text):
            begin, run = match.start(), match.group()
            if begin and text[begin - 1].isalnum():
                continue
            lines = _divide(begin, run, line_ends) if "\n" in run else ((begin, run),)
            for start, line in lines:
                for first, last, part, name, clear in (
                    self._cut_once(line) if len(line) <= _KEPT_AT_MOST else self._cut_names(line)
                ):
                    yield NameCandidate(start + first, start + last, part, name, clear)

    def _cut_names(self, run: str) -> tuple[tuple[int, int, str, Name | None, bool], ...]:
        """The parts of a capitalised sequence, and the name that each gives."""
        parts = ((first, last, run[first:last]) for first, last in self._cut(run))
        read = ((first, last, part, self.read(part)) for first, last, part in parts)
        return tuple(
            (first, last, part, name, self._is_clear(part, name))
            for first, last, part, name in read
            if name or self._may_name(part)
        )

    def _is_clear(self, run: str, name: Name | None) -> bool:
        """Whether a sequence gives the same name, or none, in every article."""
        if " " not in run:
            return False
        if name is None or name.kind in ("organisation", "place"):
            return True
        words = name.full.split(" ")
        clear = name.kind == "person" and len(words) == 2 and self._is_given_or_initial(words[0])
        return clear and not self.is_auxiliary(words[0])

    def _may_name(self, run: str) -> bool:
        """Whether a sequence that gives no name by itself may be a surname: "Cuban", but not "The"."""
        return " " not in run and (run.lower() not in self.language.function_words or self.is_given(run))

    def _cut(self, run: str) -> Iterable[tuple[int, int]]:
        if "`" in run or "*" in run:
            run = _NICKNAME.sub(_cover, run)
        if "'" in run or "." in run or (" " in run and self._small.search(run)):
            return self._cut_apart(run)
        return ((0, len(run)),)

    def hide_nicknames(self, text: str) -> str:
        """The text with other marks, as many, around nicknames inside names: they quote nobody's words."""
        return _IN_MARKS.sub(self._hide, text)

    def _hide(self, match: re.Match[str]) -> str:
        before = match.string[max(0, match.start() - _NAME_REACH) : match.start()].rsplit(" ", 1)[-1]
        after = match.string[match.end() + 1 : match.end() + _NAME_REACH].split(" ", 1)[0].rstrip(".,;:")
        other = after.casefold() in self.language.tags or after in self.language.places
        if other or not (self.is_given(before) or self._is_initial(before)):
            return match.group()
        opening, closing = ("*" if mark in "()" else "`" * len(mark) for mark in match.group("open", "close"))
        return f" {opening}{match['words']}{closing}"

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
        if nickname := _NICKNAME.search(run):
            return self._read_with_nickname(run, *nickname.span())
        words = run.replace("\n", " ").replace(",", "").split(" ")
        if len(words) == 1:
            return self._read_word(run)
        language = self.language
        if words[0] == "The" and len(words) == 3 and self._heads_body(*words[1:]):
            return Name(" ".join(words[1:]), words[2], "", "o", "organisation")
        while self._opens_with_function(words):
            words.pop(0)
        polite = words[0].casefold().rstrip(".") in language.titles and len(words) == 2
        if len(words) > 1 and self._is_organisation(words) and not polite:
            return Name(" ".join(words), words[-1], words[0], "o", "organisation")
        while words and self._is_function(words[0]) and not self._opens_name(words):
            words.pop(0)
        words = self._before_verb(words)
        if not words:
            return None
        bare = " ".join(words).rstrip(".")
        if bare in language.organisation_names or (self._is_organisation(words) and not polite):
            first = words[0] if len(words) > 1 else ""
            return Name(" ".join(words), words[-1], first, "o", "organisation")
        if bare in language.places or self._is_spot(words):
            return Name(bare, words[-1], "", "o", "place")
        if len(words) > 2 and not self.is_given(words[0]) and " ".join(words[:2]) in language.places:
            words = words[2:]
            if len(words) == 1:
                return None
        return self._read_person(words)

    def _read_with_nickname(self, run: str, start: int, end: int) -> Name | None:
        """The name around a nickname, which stays in it, unless it stands in brackets."""
        name = self._read_words(run[:start] + run[end:])
        before, given, after = f" {name.full if name else ''}".partition(
            f" {run[:start].rsplit(' ', 1)[-1]} "
        )
        if name is None or not given or run[start + 1] == "*":
            return name
        return replace(name, full=f"{before}{given.rstrip()}{run[start:end]} {after}".strip())

    def _read_word(self, word: str) -> Name | None:
        """The name that one word alone gives: no title, modifier or verb stands beside it."""
        if self._is_function(word):
            return None
        language, bare, lower = self.language, word.rstrip("."), word.casefold()
        if bare in language.organisation_names or self._is_acronym(word):
            return Name(word, word, "", "o", "organisation")
        if bare in language.places:
            return Name(bare, word, "", "o", "place")
        peoples = lower in language.nationalities or lower.removesuffix("s") in language.nationalities
        shortened = len(bare) < 2 or lower.rstrip(".") in language.abbreviations or _LETTERS.fullmatch(word)
        if peoples or shortened or word in language.places or _COMPOUND.search(word):
            return None
        return Name(word, word, "", language.given_names.get(lower, "-"), "unknown")

    def _heads_body(self, first: str, last: str) -> bool:
        """Whether two words behind "the" are a body's name: "the Daily Beast", but not "the Former Mayor"."""
        opens = first.lower() in self.language.settings["body_openers"]
        return opens and last.lower() not in self.language.function_words

    def _opens_with_function(self, words: list[str]) -> bool:
        return (
            len(words) > 1
            and words[0].lower() in self.language.function_words
            and not self._opens_name(words)
        )

    def _opens_name(self, words: list[str]) -> bool:
        """Whether a word that joins others opens a name here: "Will Doe", "South Carolina"."""
        return len(words) > 1 and (self.is_given(words[0]) or " ".join(words[:2]) in self.language.places)

    def _before_verb(self, words: list[str]) -> list[str]:
        """Cut a headline in title case at its verb, and a day: "Jane Doe Calls Roe Friday" is Jane Doe."""
        for at in range(1, len(words) - 1):
            if words[at].lower() in self.language.tensed and not self.is_given(words[at]):
                return words[:at]
        while (
            len(words) > 1
            and self.language.tags.get(words[-1].lower()) == TIME
            and not self.is_given(words[-1])
        ):
            words = words[:-1]
        return words

    def _is_function(self, word: str) -> bool:
        lower = word.lower().rstrip(".")
        return lower in self.language.not_names or lower in self.language.function_words

    def is_given(self, word: str) -> bool:
        """Whether a word is a known given name, in whatever case."""
        names = self.language.given_names
        if word.casefold() in names:
            return True
        first, hyphen, second = word.partition("-")
        return bool(hyphen) and second[:1].isupper() and first.casefold() in names

    def is_role(self, word: str) -> bool:
        """Whether a word, in whatever case, says what somebody is: "Lawyer", "Hacker"."""
        lower = word.casefold().rstrip(".").rsplit("-", 1)[-1]
        return lower in self.language.roles or lower in self.language.titles

    def is_verb(self, word: str) -> bool:
        """Whether a word, in whatever case, can be a verb and is no noun."""
        return self.language.tags.get(word.casefold(), NOUN) not in NO_VERBS

    def is_auxiliary(self, word: str) -> bool:
        """Whether a word, in whatever case, is a verb that opens questions: "Will", "May"."""
        return self.language.tags.get(word.casefold()) == AUXILIARY

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
        if name.kind == "unknown" and word_before(text, start).lower() in bodies:
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

    def is_body_cut_short(self, name: Name, run: str) -> bool:
        """Whether only the last word of a body has been read: "Ministry" of "Justice Ministry"."""
        if " " in name.full or " " not in run.removeprefix("The ") or name.kind not in ("unknown", "person"):
            return False
        last, language = name.full.casefold(), self.language
        if last in language.given_names or last in language.surname_heads:
            return False
        single = last.removesuffix("s")
        headed = last in language.organisation_heads or single in language.organisation_heads
        courtesy = any(title not in language.roles for title in name.titles)
        return headed and not courtesy

    def is_compound(self, word: str) -> bool:
        """Whether a name is two words written as one, which only a body's is: "RealClearPolitics"."""
        return _JOINED_WORDS.fullmatch(word) is not None and _JOINED_SURNAME.match(word) is None

    def is_described(self, text: str, end: int) -> bool:
        """Whether the words behind a name say what somebody is: "Win Amadi, a doctor,"."""
        return _DESCRIPTION.match(text, end) is not None

    def is_introduced(self, text: str, start: int, end: int) -> bool:
        """Whether the words around a first name say who somebody is: "his grandson Mark", "Jane, 34,"."""
        before = word_before(text, start).rstrip(",")
        return self.is_relation(before) or _AGE.match(text, end) is not None

    def is_acting(self, text: str, end: int) -> bool:
        """Whether a finite verb follows a name: "Lama says", "Dana shrugged"."""
        match = _NEXT_WORD.match(text, end)
        if not match:
            return False
        word = match.group(1)
        if word in self.language.noun_or_verb:
            return False  # "Harsh comments"
        return word.endswith("ed") or self.language.tags.get(word, NOUN) in FINITE

    def is_relation_aside(self, text: str, start: int, end: int) -> bool:
        """Whether a name that no list has is an aside of a relation: "Jane's widower, Adaeze, said"."""
        aside = text[max(0, start - 2) : start] == ", " and text[end : end + 1] == ","
        return aside and self.is_relation(word_before(text, start).rstrip(","))

    def is_relation(self, word: str) -> bool:
        """Whether a word, in whatever case, says what people are to each other: "Husband"."""
        return word.lower() in self._relations

    def is_other_than_name(self, word: str) -> bool:
        """Whether a word is a place's, a role, a party or one that joins others, and so no first name."""
        lower, language = word.casefold(), self.language
        return (
            word in language.places
            or lower in language.nationalities
            or (lower in language.function_words and language.tags[lower] != VERB)
            or self.is_role(word)
        )

    def is_somebody(self, text: str, start: int, end: int) -> bool:
        """Whether the words around an unknown name say that it is a person's: "pollster Jane Doe, 34,"."""
        return _AGE.match(text, end) is not None or word_before(text, start) in self.language.roles

    def _is_organisation(self, words: list[str]) -> bool:
        if len(words) == 1:
            return self._is_acronym(words[0])
        last = words[-1].casefold().rstrip(".")
        return last in self.language.organisation_heads and not self._heads_surname(words, last)

    def _is_spot(self, words: list[str]) -> bool:
        """Whether a name ends as a place's does, and no first name or title opens it: "Elm Road"."""
        if len(words) < 2 or words[-1].casefold() not in self.language.settings["place_heads"]:
            return False
        first = words[0].casefold().rstrip(".")
        return not self._is_given_or_initial(words[0]) and first not in self.language.title_words

    def _heads_surname(self, words: list[str], last: str) -> bool:
        """Whether a head is a surname here: "Charlotte Church", "Mayor Don Guardian"."""
        if not self.is_given(words[-2]):
            return False
        titled = any(word.casefold().rstrip(".") in self.language.titles for word in words[:-2])
        return titled or (len(words) == 2 and last in self.language.surname_heads)

    def is_ordinary(self, word: str) -> bool:
        """Whether a word, whatever its case, is one of the language rather than a name: "Struggling"."""
        found = self._ordinary.get(word)
        if found is None:
            if len(self._ordinary) >= _READINGS_AT_MOST:
                self._ordinary.clear()
            found = self._ordinary[word] = self._reads_ordinary(word.lower().rstrip("."))
        return found

    def _reads_ordinary(self, lower: str) -> bool:
        if lower in self.language.given_names or len(lower) < 2:
            return False
        if "-" in lower:
            first, *rest = lower.split("-")
            return self._is_listed(first) or any(self._is_listed(part) for part in rest)
        return self._is_listed(lower) or any(
            lower.endswith(ending) and self._is_listed(lower.removesuffix(ending) + stem)
            for ending, stem in _ENDINGS
        )

    def _is_listed(self, lower: str) -> bool:
        language = self.language
        return (
            lower in language.ordinary_words
            or language.tags.get(lower, NAME) != NAME
            or lower in language.title_words
            or lower in language.nationalities
            or lower in language.organisation_heads
            or lower in language.not_names
        )

    def _is_acronym(self, word: str) -> bool:
        if not (len(word) > 1 and word.isupper() and word.isalpha()) or self.is_given(word):
            return False
        return len(word) < 4 or word in self.language.organisation_names or not self.is_ordinary(word)

    def _read_person(self, words: list[str]) -> Name | None:
        language = self.language
        words, suffix_from = self._drop_letters(words)
        begin, gender, titles = self._skip_titles(words, suffix_from)
        core = words[begin:suffix_from]
        syllables = len(core) == 2 and self._is_syllables(core)
        polite = bool(titles) and language.titles.get(titles[-1], "-") != "-"
        office = len(core) == 1 and bool(titles) and core[0].casefold() in language.title_words and not polite
        if not core or office or (_COMPOUND.search(core[-1]) and not syllables):
            return None
        if len(core) == 1 and not titles:
            if core[0].casefold() in language.nationalities or core[0] in language.places:
                return None
            full = " ".join(words[begin:])  # "Doe Jr."
            return Name(full, core[0], "", language.given_names.get(core[0].casefold(), "-"), "unknown")
        if len(core) == 1 and titles[-1] in language.settings["kept_titles"]:
            full = " ".join(words[begin - 1 :])
            return Name(full, core[0], words[begin - 1], gender, "person", tuple(titles))
        given = core[0] if len(core) > 1 and not self._is_particle(core[0]) else ""
        if gender == "-":
            gender = self._gender(core)
        initials = self._opens_with_initials(core)
        known = bool(titles) or syllables or initials or any(map(self._is_given_or_initial, core[:-1]))
        surname = core[-1]
        if syllables or self._is_family_first(core):
            surname, given = core[0], " ".join(core[1:])
        full = " ".join(words[begin:])
        return Name(full, surname, given, gender, "person" if known else "unknown", tuple(titles))

    def _drop_letters(self, words: list[str]) -> tuple[list[str], int]:
        """A name without the letters behind it (MD, MP, KC), and where Jr. or III begins in it."""
        letters, suffixes = self.language.settings["letters"], self.language.settings["suffixes"]
        last = len(words)
        while (
            last > 1
            and words[last - 1].casefold().replace(".", "") in letters
            and _is_lettered(words[last - 1])
        ):
            last -= 1
        suffix_from = last
        while suffix_from > 1 and words[suffix_from - 1].casefold().strip(".") in suffixes:
            suffix_from -= 1
        return words[:last], suffix_from

    def is_family_and_syllables(self, words: list[str]) -> bool:
        """Whether a name can be nothing else: a family name that leads, and two syllables: Park Sang-min."""
        leads = words[0].casefold() in self.language.settings["family_first"]
        return len(words) == 2 and leads and self._is_syllables(words)

    def _is_syllables(self, core: list[str]) -> bool:
        """Whether a name is a family name and a given one of two syllables: Lee Jae-myung."""
        if not _SYLLABLES.fullmatch(core[1]) or not core[0].isalpha():
            return False
        first, second = core[1].lower().split("-")
        if core[0].casefold() in self.language.settings["family_first"]:
            return second not in self.language.function_words
        return second not in self.language.tags and first not in self.language.tags

    def _is_family_first(self, core: list[str]) -> bool:
        """Whether the family name leads: Zhang Meiling, but Kim Davis."""
        if len(core) not in (2, 3) or core[0].casefold() not in self.language.settings["family_first"]:
            return False
        return not any(self.is_given(word) for word in core)

    def _is_particle(self, word: str) -> bool:
        """Whether a word begins a surname, with a capital where no first name leads: "De la Cruz"."""
        return word.lower() in self.language.settings["particles"] and not self.is_given(word)

    def _is_given_or_initial(self, word: str) -> bool:
        return self.is_given(word) or self._is_initial(word)

    def _gender(self, core: list[str]) -> str:
        if len(core) < 2:
            return "-"
        behind = {word.casefold() for word in core[1:]}
        for gender, words in (("f", "women_by_surname"), ("m", "men_by_surname")):
            if not behind.isdisjoint(self.language.settings[words]):
                return gender
        for word in core[:-1]:
            found = self.language.given_names.get(word.casefold())
            if found is None and "-" in word:
                found = self.language.given_names.get(word.split("-")[0].casefold())
            if found:
                return found
        return "-"

    def _is_initial(self, word: str) -> bool:
        letters = word.replace(".", "")
        shortened = word.lower().rstrip(".") in self.language.abbreviations or word in self.language.places
        return (
            len(word) <= 4 and word.endswith(".") and word[0].isupper() and len(letters) < 3 and not shortened
        )

    def _skip_titles(self, words: list[str], end: int) -> tuple[int, str, list[str]]:
        """Where the name begins, the gender its titles give, and the titles."""
        language = self.language
        begin, gender, titles = 0, "-", []
        for at in range(end - 1):
            word = words[at].casefold().rstrip(".")
            office = language.titles.get(word, "-")
            leads = at == begin and not (at + 2 < end and self.is_given(words[at + 1]))
            first_name = leads and self.is_given(words[at]) and office == "-"
            if word in language.title_words and word not in language.function_words and not first_name:
                begin = at + 1
                titles.append(word)
                gender = office if office != "-" else gender
        return (begin or self._skip_modifiers(words, end)), gender, titles

    def _skip_modifiers(self, words: list[str], end: int) -> int:
        """Where the name begins behind a place, a party or a body: "Washington Post Margaret Sullivan"."""
        for at in range(1, end - 1):
            if self.is_given(words[at]) and all(self._is_modifier(word) for word in words[:at]):
                return at
        begin = 0
        while begin < end - 1 and self._is_modifier(words[begin]) and not self.is_given(words[begin]):
            if self._opens_with_initials(words[begin:end]):
                break
            begin += 1
        return begin

    def _opens_with_initials(self, words: list[str]) -> bool:
        """Whether two capitals without stops are initials: "JK Rowling", but not "TV Host" or "US Steel"."""
        initials, *rest = words
        if len(initials) > 2 or not (initials.isalpha() and initials.isupper()) or not rest:
            return False
        language, lower = self.language, initials.lower()
        if initials in language.places or initials in language.organisation_names or self.is_role(initials):
            return False
        if lower in language.function_words or lower in language.settings["acronyms"]:
            return False
        if len(rest) > 1 and self.is_given(rest[0]):
            return False  # "QB Tom Roe"
        surname = rest[-1]
        return not (surname.isupper() or self.is_ordinary(surname) or self.is_role(surname))

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
