"""Weighs what an article shows of its capitalised sequences: which are names, and where each begins and ends.

Known limitations:
1. Somebody whose first name is an ordinary word, and in no list, is a person if the article says more.
2. A headline names nobody but whom the text below names, unless it gives a known first name and a surname.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from itertools import islice

from service.extractor.names.layout import Layout
from service.extractor.names.reader import Name, NameCandidate, NameReader, word_before

_LONGEST_NAME = 5
_PLACES_AT_MOST = 6
_SEARCHES_AT_MOST = 16
_QUESTION = re.compile(r"[^.?!\n]{2,200}\?")
_NO_PERSONS = frozenset(("organisation", "place"))
_OPENS = frozenset("\n.!?:\"“‘'|*(—–")


class Evidence:
    """The evidence of one article about the names in it."""

    def __init__(self, text: str, reader: NameReader, readings: list[NameCandidate], layout: Layout) -> None:
        self.text, self.reader, self.layout = text, reader, layout
        self._sure: dict[str, Name] = {}
        self._written: set[str] = set()
        self.surnames: set[str] = set()
        self._endings: set[str] = set()
        self._alone = Counter(reading.run for reading in readings if " " not in reading.run)
        self._titled: set[str] = set()
        self._readings = readings
        self._inside: frozenset[str] | None = None
        self._lower: frozenset[str] | None = None
        self._searched = 0
        self._settled: dict[tuple[str, bool, bool, bool], Name | None] = {}
        self._find_sure(readings)

    def _find_sure(self, readings: Iterable[NameCandidate]) -> None:
        """Collect the full names that need no further evidence: a known first name, a title, an age."""
        seen: set[str] = set()
        headlines = self.layout.has_lines
        for reading in readings:
            name = reading.name
            if name is None or name.kind in _NO_PERSONS or name.full in seen:
                continue
            if not name.given:
                if name.titles:
                    self._titled.add(name.full)
                continue
            if (headlines and self.layout.is_headline(reading.start)) or self._is_asked(reading):
                continue
            if name.kind == "person":
                seen.add(name.full)
                if not reading.clear:
                    self._endings.add(name.full.partition(" ")[2])
            if reading.clear or self._is_sure(name, reading):
                self._sure.setdefault(name.full.casefold(), name)
                self._written.add(name.full)
                self.surnames.update((name.surname, name.surname.upper()))

    def _is_sure(self, name: Name, reading: NameCandidate) -> bool:
        words = name.full.split(" ")
        if self.reader.is_family_and_syllables(words):
            return True
        if self.reader.is_ordinary(words[0]) or len(words) > _LONGEST_NAME:
            return False
        if name.kind == "unknown":
            return self.reader.is_somebody(self.text, reading.start, reading.end)
        return not any(map(self.reader.is_ordinary, words[2:]))

    def is_surname(self, word: str) -> bool:
        """Whether somebody whom the article names in full has a surname."""
        return word in self.surnames

    def settle(self, reading: NameCandidate) -> Name | None:
        """The name that a sequence gives in this article, or None if it is none."""
        run, name = reading.run, reading.name
        if self._is_asked(reading):
            rest = run.partition(" ")[2]
            start = reading.end - len(rest)
            return self.settle(NameCandidate(start, reading.end, rest, self.reader.read(rest)))
        if " " not in run:
            return self._settle_word(run, name) if run in self.surnames else name
        if reading.clear or name is None or name.kind in _NO_PERSONS or name.full in self._written:
            return name
        if " " not in name.full:
            return self._settle_short(reading, name)
        if not name.given and name.kind == "unknown":
            return name  # a surname of several words
        start = reading.start
        definite = run.startswith("The ") or self.text[max(0, start - 4) : start] in ("the ", "The ")
        opens = self._opens_sentence(start) and not self.reader.is_described(self.text, reading.end)
        key = (run, self.layout.is_headline(start), opens, definite)
        if key not in self._settled:
            self._settled[key] = self._settle(*key, name)
        return self._settled[key]

    def _is_asked(self, reading: NameCandidate) -> bool:
        """Whether a sequence opens a question with a verb, which is a first name too: "Will Doe resign?"."""
        first, _, rest = reading.run.partition(" ")
        if not rest or not self.reader.is_auxiliary(first) or not self._opens_sentence(reading.start):
            return False
        return _QUESTION.match(self.text, reading.end) is not None

    def settle_alone(self, run: str, at: int) -> Name | None:
        """The name of a word alone that stands for nobody whom the article names in full."""
        name = self.reader.read(run)
        if name is None or name.kind != "unknown" or run in self._titled or self.reader.is_given(run):
            return name
        if self.reader.is_role(run) or (run.endswith("s") and self.is_surname(run[:-1])):
            return None
        if not self.reader.is_ordinary(run) or self.reader.is_role(word_before(self.text, at)):
            return name
        return name if self._alone[run] > 1 and self._is_inside(run) else None

    def _is_inside(self, run: str) -> bool:
        """Whether a sequence stands inside a sentence of the text, where only names have capitals."""
        if self._inside is None:
            self._inside = frozenset(each.run for each in self._readings if self.is_inside(each.start))
        return run in self._inside

    def is_inside(self, at: int) -> bool:
        """Whether an offset stands inside a sentence of running text, where only names have capitals."""
        return not self._opens_sentence(at) and not self.layout.is_headline(at)

    def _settle_short(self, reading: NameCandidate, name: Name) -> Name | None:
        """A sequence of which one word is left as a name: a titled surname, or a body's name cut short."""
        if not name.titles:
            before = word_before(self.text, reading.start)
            if before in self.reader.language.settings["bodies"]:
                return Name(reading.run, reading.run, "", "o", "organisation")
            if before.lower() == "the":
                whole = self.reader.read(f"The {reading.run}")
                name = whole if whole and whole.kind == "organisation" else name
            if thing := self._named_after_place(reading):
                return thing
            if self.reader.is_described(self.text, reading.end) and reading.run.count(" ") == 1:
                given, surname = reading.run.split(" ")
                if not self.reader.is_other_than_name(given):
                    return Name(reading.run, surname, given, "-", "person")
        return self._settle_word(name.full, name) if name.kind != "organisation" else name

    def _settle(
        self, run: str, headline: bool, opens: bool, definite: bool, name: Name | None
    ) -> Name | None:
        if name is None or self.reader.known(run) or " " not in name.full:
            return name
        if sure := self._sure.get(name.full.casefold()):
            return sure
        words = name.full.split(" ")
        courteous = bool(name.titles) and name.titles[-1] in self.reader.language.settings["courtesy_titles"]
        known = self.reader.is_given(words[0]) or not self._count_ordinary(words[:-2])
        if name.titles and (courteous or known):
            return self._cut_behind(name, words)
        first, last = words[0], words[-1]
        thing = definite or self.is_surname(first)
        if (
            thing
            and self._is_alone(first)
            and self.reader.is_ordinary(last)
            and not self.reader.is_given(first)
        ):
            return self._settle_word(first, None) if self.reader.is_verb(words[1]) else None
        return self._settle_words(name, words, headline or opens, headline)

    def _settle_word(self, word: str, name: Name | None) -> Name | None:
        """A word alone: a surname that the article gives goes before what the lists say of the word."""
        if word in self.surnames and not (name and (name.titles or self.reader.known(word))):
            gender = name.gender if name and name.kind == "unknown" else "-"
            return Name(word, word, "", gender, "unknown")
        return name

    def _settle_words(self, name: Name, words: list[str], opens: bool, headline: bool) -> Name | None:
        """A sequence that opens or ends with words which are no part of a name, and its name without them."""
        if inner := self._sure_inside(words, opens):
            return inner
        given = self.reader.is_given(words[0])
        ordinary = 0 if given else self._count_ordinary(words)
        if ordinary:
            return self._settle_behind(name, words, ordinary, opens, headline)
        if (role := self._role_inside(words)) is not None:
            run = " ".join(words[role + 1 :])
            return self._settle(run, headline, False, False, self.reader.read(run))
        name = self._cut_behind(name, words) if given else name
        clean = given and len(words) <= 3 and not any(map(self.reader.is_ordinary, words[2:]))
        return None if headline and not clean else name

    def _sure_inside(self, words: list[str], opens: bool) -> Name | None:
        """A full name that the article gives elsewhere, and that ends a sequence: "Virus Jane Doe"."""
        if self.reader.is_given(words[0]) or not (opens or self._count_ordinary(words[:1])):
            return None
        names = (self._sure.get(" ".join(words[at:]).casefold()) for at in range(1, len(words) - 1))
        return next((name for name in names if name), None)

    def _cut_behind(self, name: Name, words: list[str]) -> Name:
        """The name without what stands behind it in a headline: "Jane Doe Joins Growing List"."""
        for at in range(len(words) - 1, 1, -1):
            if front := self._sure.get(" ".join(words[:at]).casefold()):
                return replace(front, titles=name.titles)
        if len(words) == 3 and self.reader.is_ordinary(words[2]) and words[1] in self._alone:
            return Name(" ".join(words[:2]), words[1], words[0], name.gender, "person", name.titles)
        return name

    def _named_after_place(self, reading: NameCandidate) -> Name | None:
        """A body whose name is a place and an ordinary word: "America Rising"."""
        place, _, word = reading.run.partition(" ")
        if place not in self.reader.language.places or not self.reader.is_ordinary(word):
            return None
        if self.reader.is_role(word) or self.layout.is_headline(reading.start):
            return None
        return Name(reading.run, word, "", "o", "organisation")

    def _role_inside(self, words: list[str]) -> int | None:
        """Where the role stands that a full name follows: "Union Secretary-Treasurer Jane Doe"."""
        roles = (at for at in range(len(words) - 3, 0, -1) if self.reader.is_role(words[at]))
        return next((at for at in roles if not self.reader.is_given(words[at])), None)

    def _is_alone(self, word: str) -> bool:
        """Whether a word stands alone in the article as a name does: "Doe" in "Doe Train"."""
        return self.is_surname(word) or (word in self._alone and not self.reader.is_ordinary(word))

    def _count_ordinary(self, words: list[str]) -> int:
        """How many words that are no names a sequence opens with."""
        for at, word in enumerate(words):
            if not (self.reader.is_ordinary(word) or self._in_lower_case(word)):
                return at
        return len(words)

    def _settle_behind(
        self, name: Name, words: list[str], at: int, opens: bool, headline: bool
    ) -> Name | None:
        """The name behind ordinary words: "Struggling Jane Doe", "Donor Roe" after "Richard Roe"."""
        rest = words[at:]
        if len(rest) > 1:
            role = self.reader.is_role(words[at - 1])
            if not (role or opens or self.reader.is_given(rest[0])):
                return name
            run = " ".join(rest)
            return self._settle(run, headline, False, False, self.reader.read(run))
        if not rest:
            return self._settle_ordinary(name, words, opens)
        related = self.reader.is_relation(words[at - 1])
        role = related or (self.reader.is_role(words[at - 1]) and not self.reader.is_given(rest[0]))
        verb = self.reader.is_verb(words[at - 1]) and words[at - 1].endswith(("ed", "s", "ing"))
        if self.is_surname(rest[0]) or role or verb:
            return self._settle_word(rest[0], self.reader.read(rest[0]))
        return name if at == 1 and (rest[0] in self._alone or not opens) else None

    def _settle_ordinary(self, name: Name, words: list[str], opens: bool) -> Name | None:
        """A sequence of ordinary words: inside a sentence it is a body's name ("the Plain Dealer")."""
        if name.full in self._endings:
            return name
        if self.reader.is_role(words[-1]) or (opens and not self._is_inside(name.full)):
            return None
        if len(words) == 2 and words[-1] in self._alone:
            return name
        return Name(name.full, name.surname, "", "o", "organisation")

    def stands_as_noun(self, word: str) -> bool:
        """Whether the article writes a word without a capital, or behind an article: "the Lama"."""
        places = (each.start for each in self._readings if each.run == word)
        return self._in_lower_case(word) or any(
            word_before(self.text, start).lower() in ("the", "a", "an")
            for start in islice(places, _PLACES_AT_MOST)
        )

    def _in_lower_case(self, word: str) -> bool:
        """Whether the article writes a word that is no first name without a capital: "Icon Jane Doe"."""
        return not self.reader.is_given(word) and self.writes_small(word)

    def writes_small(self, word: str) -> bool:
        """Whether the article writes a word without a capital, too: "icon", "dean"."""
        lower = word.lower()
        if self._lower is None:
            # Dividing the text costs as much as some searches, which mostly find nothing.
            self._searched += 1
            if self._searched <= _SEARCHES_AT_MOST and lower not in self.text:
                return False
            self._lower = frozenset(self.text.split())
        return lower in self._lower

    def _opens_sentence(self, at: int) -> bool:
        before = self.text[max(0, at - 3) : at].rstrip(" ")
        return (not before or before[-1] in _OPENS) and before[-2:-1] != ","
