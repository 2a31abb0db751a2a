"""Who is named in an article, and where: one person or organisation a full name.

Known limitations:
1. Two people of one name are one person.
2. Of several holders of a surname the most often named is meant, unless a title's gender says otherwise.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from itertools import combinations, pairwise

from service.extractor.names.abbreviations import find_abbreviations, spell_initials
from service.extractor.names.evidence import Evidence
from service.extractor.names.layout import Layout
from service.extractor.names.reader import Kind, Name, NameCandidate, NameReader
from service.extractor.names.variants import are_variants, fuller_of, generation_of
from service.extractor.record import record

# Names that share a surname or a first name: more are counted as one another only by their full names.
_HOLDERS_AT_MOST = 32
_VARIANTS_AT_MOST = 12
# How far behind the name of somebody a relation of his is named: "'s twin brother, ".
_RELATION_REACH = 40
_FURTHER = re.compile(r" (?:of|for)(?: the)?(?: (?:(?:and|of) )?[A-Z][\w'-]*){1,6}")


@dataclass(slots=True)
class Person:
    """Somebody, or some body, that the article names.

    `gender` is m, f, o for bodies, or - if unknown; `key` is the name whatever its case; `titles` are those
    that stand before it.
    """

    name: str
    surname: str
    given: str
    gender: str
    kind: Kind
    first: int
    key: str
    count: int = 0
    titles: set[str] = field(default_factory=set)


@record
class NameOccurrence:
    """A place outside quotation marks where a person or a body is named."""

    start: int
    end: int
    person: Person


class NameIndex:
    """The people and bodies of one article, and where each is named outside quotation marks.

    `by_name` has each of them by every form of the full name that the article gives, whatever its case.
    """

    def __init__(
        self,
        text: str,
        reader: NameReader,
        quoted: list[tuple[int, int]],
        paragraphs: list[tuple[int, int]],
    ) -> None:
        self.reader = reader
        self.by_name: dict[str, Person] = {}
        self._written: dict[str, Person] = {}
        self._by_surname: dict[str, list[Person]] = {}
        self._by_first: dict[str, list[Person]] = {}
        self._by_middle: dict[str, list[Person]] = {}
        readings = list(reader.find_readings(text, {end for _, end in paragraphs}))
        self.layout = Layout(text, reader.language)
        self.evidence = Evidence(text, reader, readings, self.layout)
        self._abbreviated = list(find_abbreviations(text))
        self._bodies = {text[each.start : each.end].casefold() for each in self._abbreviated}
        runs = self._collect(text, readings)
        self._add_couples(text, runs)
        self._add_relations(text, runs)
        self._add_first_names(text, runs)
        self._add_lone_names(text, runs)
        self._join_variants()
        self._join_bodies(text)
        self._in_full = {name: [p for p in holders if p.given] for name, holders in self._by_surname.items()}
        self.quoted: list[tuple[int, Name]] = []
        occurrences = self._locate(runs, quoted)
        self.people = [o for o in occurrences if o.person.kind != "organisation"]
        self.bodies = [o for o in occurrences if o.person.kind == "organisation"]
        self._quoted_starts = [start for start, _ in self.quoted]
        self._people_starts = [o.start for o in self.people]
        self._body_starts = [o.start for o in self.bodies]

    def read(self, run: str, at: int) -> Name | None:
        """The name that a capitalised sequence at an offset gives in this article, or None if it is none."""
        name = self.evidence.settle(NameCandidate(at, at + len(run), run, self.reader.read(run)))
        if name and name.kind == "unknown" and not name.given and self.find(name, at) is None:
            if run.startswith("The ") and self.evidence.is_inside(at) and not self._continues(at + len(run)):
                return Name(name.full, name.surname, "", "o", "organisation")
            name = self.evidence.settle_alone(name.full, at)
        if (
            name
            and name.kind == "organisation"
            and self.evidence.text.startswith((" of ", " for "), at + len(run))
        ):
            return self._extend(self.evidence.text, at + len(run), name)
        if name and name.kind == "place" and (club := self.by_name.get(name.full.casefold())):
            return Name(club.name, club.surname, club.given, "o", "organisation")
        return name

    def _collect(self, text: str, readings: list[NameCandidate]) -> list[tuple[int, int, Name]]:
        runs = []
        settle, surnames, knows = self.evidence.settle, self.evidence.surnames, self.reader.knows
        running = self.layout.is_running
        for reading in readings:
            name = reading.name
            if not reading.clear and (" " in reading.run or reading.run in surnames):
                name = settle(reading)
            if name is None or name.kind == "place":
                continue
            start, end = reading.start, reading.end
            if knows and self.reader.known(name.full):
                runs.append((start, end, name))
                self._add(name, start)
                continue
            if not name.titles:
                name = self._as_used(text, start, end, name)
            if name.kind == "organisation" and text.startswith((" of ", " for "), end):
                name = self._extend(text, end, name)
            runs.append((start, end, name))
            known = name.full in self._written or name.titles or name.kind == "organisation"
            if known or (name.given and not self._ending_in(name)):
                self._add(name, start, counted=running(start))
        return runs

    def _continues(self, end: int) -> bool:
        """Whether a title goes on behind an offset: "The Truth About Money"."""
        return self.evidence.text[end : end + 1] == " " and self.evidence.text[end + 1 : end + 2].isupper()

    def _extend(self, text: str, end: int, name: Name) -> Name:
        """The name of a body with what follows its head: "Illinois Board" of Elections."""
        match = _FURTHER.match(text, end)
        if not match or name.surname.casefold() not in self.reader.language.organisation_heads:
            return name
        full = name.full + match.group()
        return Name(full, full, name.given, "o", "organisation")

    def _as_used(self, text: str, start: int, end: int, name: Name) -> Name:
        """A name without titles, with the kind that the words around it give."""
        reader = self.reader
        if self._bodies and name.kind != "organisation" and name.full.casefold() in self._bodies:
            return Name(name.full, name.surname, name.given, "o", "organisation")
        if name.full not in self.evidence.surnames and reader.is_body(text, start, end, name):
            return Name(name.full, name.surname, name.given, "o", "organisation")
        if name.kind == "unknown" and name.given and reader.is_somebody(text, start, end):
            return Name(name.full, name.surname, name.given, name.gender, "person")
        return name

    def _add(self, name: Name, at: int, *, counted: bool = True) -> None:
        person = self._written.get(name.full)
        if person is None:
            key = name.full.casefold()
            person = self.by_name.get(key)
            if person is None:
                person = Person(name.full, name.surname, name.given, name.gender, name.kind, at, key)
                self.by_name[key] = person
                self._list(person)
            self._written[name.full] = person
        person.count += counted
        if name.titles:
            person.titles.update(name.titles)
        if person.kind == "unknown":
            person.kind = name.kind
        if person.gender == "-":
            person.gender = name.gender

    def _list(self, person: Person) -> None:
        """List a person by surname, first name and the names between."""
        language = self.reader.language
        _append(self._by_surname, person.surname, person)
        _, *rest = person.name.split(" ")
        if rest[1:] and rest[0][0].isupper() and rest[1] in language.settings["particles"]:
            _append(self._by_surname, rest[0], person)  # "Nuñez" of "Marta Nuñez de la Cruz"
        if person.kind != "organisation":
            for middle in rest[:-1]:
                if (middle[0].isupper() and len(middle) > 2) or middle[0] == "`":
                    _append(self._by_middle, middle.strip("`"), person)
        if person.given and not self.reader.is_common(person.given, person.kind):
            _append(self._by_first, person.given, person)

    def _add_couples(self, text: str, runs: list[tuple[int, int, Name]]) -> None:
        """Give the first of two who share a surname theirs: "Jane and Richard Doe" names Jane Doe."""
        for at, ((start, end, first), (begin, _, second)) in enumerate(pairwise(runs)):
            if text[end:begin] not in (" and ", " & ") or first.given or second.kind == "organisation":
                continue
            word = first.full
            lone = " " not in word and not first.titles and self.reader.is_given(word)
            if not lone or not second.given or self._by_surname.get(word.casefold()):
                continue
            if self._by_first.get(word.casefold()) or second.surname == second.given:
                continue
            gender = self.reader.language.given_names.get(word.casefold(), "-")
            name = Name(f"{word} {second.surname}", second.surname, word, gender, "person")
            self._add(name, start)
            runs[at] = (start, end, name)

    def _add_relations(self, text: str, runs: list[tuple[int, int, Name]]) -> None:
        """Give a first name the surname of a relation: "Jane Doe's brother, Richard" names Richard Doe."""
        for at, ((_, end, first), (begin, finish, second)) in enumerate(pairwise(runs)):
            if not text.startswith("'s ", end) or begin - end > _RELATION_REACH or second.given:
                continue
            words = text[end + 3 : begin].rstrip(", ").split(" ")
            if words[-1] not in self.reader.language.settings["of_one_name"] or first.kind == "organisation":
                continue
            key = second.full.casefold()
            surname = self._surname_of(first)
            if not surname or " " in second.full or second.titles or not self.reader.is_given(second.full):
                continue
            if self._by_surname.get(key) or self._by_first.get(key):
                continue
            name = Name(f"{second.full} {surname}", surname, second.full, second.gender, "person")
            self._add_by_first(name, begin)
            runs[at + 1] = (begin, finish, name)

    def _add_first_names(self, text: str, runs: list[tuple[int, int, Name]]) -> None:
        """Add whoever comes in by a first name alone: "his grandson Mark", "Jane, 34, said"."""
        for start, end, name in runs:
            if name.kind != "unknown" or name.given:
                continue
            if not (self.reader.is_given(name.full) or self.reader.is_relation_aside(text, start, end)):
                continue
            key = name.full.casefold()
            if self._by_surname.get(key) or self._by_first.get(key) or self._by_middle.get(key):
                continue
            if self.reader.is_introduced(text, start, end):
                gender = self.reader.language.given_names.get(key, "-")
                self._add(Name(name.full, name.full, "", gender, "person"), start)

    def _add_lone_names(self, text: str, runs: list[tuple[int, int, Name]]) -> None:
        """Add whoever has one name in the whole article, and does things: "Dana shrugged", "Lama says"."""
        seen: set[str] = set()
        for start, end, name in runs:
            key = name.full.casefold()
            if name.kind != "unknown" or name.given or name.titles or key in self.by_name:
                continue
            if self._by_surname.get(key) or self._by_first.get(key) or self._by_middle.get(key):
                continue
            if not self.layout.is_running(start) or not self.reader.is_acting(text, end):
                continue
            given = self.reader.is_given(name.full) and not self.reader.is_ordinary(name.full)
            if given or (key in seen and self._is_role_as_name(name.full)):
                gender = self.reader.language.given_names.get(key, "-")
                self._add(Name(name.full, name.full, "", gender, "person"), start)
            seen.add(key)

    def _is_role_as_name(self, word: str) -> bool:
        """Whether a word that is a role too is a name here: it has no article, and always its capital."""
        return self.reader.is_role(word) and not self.evidence.stands_as_noun(word)

    def _add_by_first(self, name: Name, at: int) -> None:
        """Add somebody whom the surname alone does not mean: it is that of whoever is named in full."""
        key = name.full.casefold()
        person = Person(name.full, name.surname, name.given, name.gender, name.kind, at, key, 1)
        if self.by_name.setdefault(key, person) is person:
            _append(self._by_first, name.given, person)

    def _surname_of(self, name: Name) -> str:
        """The surname of somebody whom a name of any form means; "" where the article gives none."""
        key = name.surname.casefold()
        if name.given or self._by_surname.get(key):
            return name.surname
        return next((person.surname for person in self._by_first.get(key, ())), "")

    def _join_variants(self) -> None:
        """Make one person of those whose names are variants of one another: Ken and Kenneth W. Doe."""
        joined: dict[str, Person] = {}
        for holders in (*self._by_surname.values(), *self._by_first.values()):
            if 1 < len(holders) <= _VARIANTS_AT_MOST:
                self._join_among([person for person in holders if person.kind != "organisation"], joined)
        if joined:
            self._replace(joined)

    def _join_among(self, holders: list[Person], joined: dict[str, Person]) -> None:
        """Join the variants among holders of a name; a name that fits two people stays by itself."""
        short_names = self.reader.language.short_names
        fitting = {
            person.key: {
                h.key for h in holders if h is person or are_variants(person.name, h.name, short_names)
            }
            for person in holders
        }
        for one, other in combinations(holders, 2):
            if other.key in fitting[one.key] and fitting[one.key] == fitting[other.key]:
                _join(_root(one, joined), _root(other, joined), joined)

    def _join_bodies(self, text: str) -> None:
        """Let the letters of a body mean it, if the text explains them or they are its initials."""
        joined: dict[str, Person] = {}
        for each in self._abbreviated:
            full = " ".join(text[each.start : each.end].split())
            self._add(Name(full, full, "", "o", "organisation"), each.start, counted=False)
            self._add(Name(each.letters, each.letters, "", "o", "organisation"), each.start, counted=False)
            one, other = self.by_name[full.casefold()], self.by_name[each.letters.casefold()]
            if one.kind == other.kind == "organisation":
                _join(_root(one, joined), _root(other, joined), joined)
        bodies = [person for person in self.by_name.values() if person.kind == "organisation"]
        language = self.reader.language
        clubs = language.settings["clubs"]
        long = [body for body in bodies if " " in body.name]
        shortened = {short: body for body in long for short in _shorten(body.name, clubs, language.places)}
        for body in bodies:
            fuller = shortened.get(body.name)
            if fuller and fuller is not body and body.key not in joined:
                _join(_root(fuller, joined), body, joined)
        if joined:
            self._replace(joined)
        for short, body in shortened.items():
            if short in self.reader.language.places:
                self.by_name.setdefault(short.casefold(), _root(body, joined))

    def _replace(self, joined: dict[str, Person]) -> None:
        """Let every list hold the persons that names were joined to, each once."""
        self.by_name = {key: _root(person, joined) for key, person in self.by_name.items()}
        for index in (self._by_surname, self._by_first, self._by_middle):
            for name, holders in index.items():
                index[name] = list({id(p): p for p in (_root(holder, joined) for holder in holders)}.values())

    def _locate(
        self, runs: list[tuple[int, int, Name]], quoted: list[tuple[int, int]]
    ) -> list[NameOccurrence]:
        occurrences = []
        starts = [start for start, _ in quoted]
        for start, end, name in runs:
            at = bisect_left(starts, start + 1) - 1
            if at >= 0 and start < quoted[at][1]:
                self.quoted.append((start, name))
                continue
            person = self.find(name, start)
            if person is None or self.layout.is_credit(start):
                continue
            occurrences.append(NameOccurrence(start, end, person))
            if person.gender == "-" and name.titles and name.gender in ("m", "f"):
                person.gender = name.gender
        return occurrences

    def find(self, name: Name, at: int) -> Person | None:
        """Whom a name means at an offset: its full name, or the best holder of a surname or first name."""
        exact = self.by_name.get(name.full.casefold())
        if exact and self.reader.knows and self.reader.known(name.full):
            return exact
        if name.titles and name.given.casefold() == name.titles[-1]:
            return self._without_title(name) or exact
        if name.given or name.kind == "organisation":
            return self._called_by_role(name) or exact or self._ending_in(name)
        if exact and exact.kind == "organisation":
            return exact
        holders = self.holders(name)
        if len(holders) < 2:
            return holders[0] if holders else exact
        earlier = [person for person in holders if person.first <= at] or holders
        return max(earlier, key=lambda person: (person.kind == "person", person.count, -person.first))

    def holders(self, name: Name) -> list[Person]:
        """Everybody whom a surname, first name or middle name by itself can mean."""
        key = name.surname.casefold()
        holders = self._in_full.get(key)
        if holders and name.titles and name.gender in ("m", "f"):
            holders = [person for person in holders if person.gender in ("-", name.gender)]
        if holders and " " in name.full and (generation := generation_of(name.full)):
            same = [person for person in holders if generation_of(person.name) == generation]
            holders = same or holders
        return holders or self._by_first.get(key) or self._by_middle.get(key) or []

    def family(self, person: Person) -> list[Person]:
        """Those who share a surname, as far as they have a first name."""
        return self._in_full.get(person.surname.casefold(), [])

    def is_shared(self, person: Person) -> bool:
        """Whether somebody else in the article has the surname or the first name of a person."""
        return (
            len(self._by_surname.get(person.surname.casefold(), ())) > 1
            or len(self._by_first.get(person.given.casefold(), ())) > 1
        )

    def _without_title(self, name: Name) -> Person | None:
        """The one other holder of the name behind a title that was kept: Jane Wilding for "Lady Wilding"."""
        key = name.surname.casefold()
        first = [person for person in self._by_first.get(key, ()) if name.titles[-1] in person.titles]
        holders = [
            person
            for person in (*self._by_surname.get(key, ()), *first)
            if person.given != name.given and person.gender in ("-", name.gender)
        ]
        return holders[0] if len(holders) == 1 else None

    def _called_by_role(self, name: Name) -> Person | None:
        """Who has the role that a first name is, too: "Dean Doe" is Jane Doe, the dean of a school."""
        if name.given.casefold() not in self.reader.language.roles:
            return None
        holders = [p for p in self._by_surname.get(name.surname.casefold(), ()) if p.given != name.given]
        only = len(holders) == 1 and bool(holders[0].given)
        return holders[0] if only and self.evidence.writes_small(name.given) else None

    def _ending_in(self, name: Name) -> Person | None:
        """The holder of a surname of several words: "Hawk Sawyer" after "Kathleen Hawk Sawyer"."""
        ending = " " + name.full.casefold()
        for person in self._by_surname.get(name.surname.casefold(), ()):
            if person.key.endswith(ending):
                return person
        return None

    def named_in_quotation(self, start: int, end: int) -> Iterator[Person]:
        """Whom a quotation between two offsets names."""
        first = bisect_left(self._quoted_starts, start)
        for at, name in self.quoted[first : bisect_left(self._quoted_starts, end)]:
            if person := self.find(name, at):
                yield person

    def people_between(self, start: int, end: int) -> list[NameOccurrence]:
        """The occurrences of people that begin between two offsets."""
        return self.people[bisect_left(self._people_starts, start) : bisect_left(self._people_starts, end)]

    def people_before(self, at: int, most: int) -> list[NameOccurrence]:
        """At most so many occurrences of people that begin before an offset, the nearest first."""
        last = bisect_left(self._people_starts, at)
        return self.people[max(0, last - most) : last][::-1]

    def bodies_before(self, at: int, most: int) -> list[NameOccurrence]:
        """At most so many occurrences of bodies that begin before an offset, the nearest first."""
        last = bisect_left(self._body_starts, at)
        return self.bodies[max(0, last - most) : last][::-1]


def _append(index: dict[str, list[Person]], name: str, person: Person) -> None:
    holders = index.setdefault(name.casefold(), [])
    if len(holders) < _HOLDERS_AT_MOST:
        holders.append(person)


def _count(person: Person) -> int:
    return person.count


def _root(person: Person, joined: dict[str, Person]) -> Person:
    """Whom a person was joined to, in the end."""
    while person.key in joined:
        person = joined[person.key]
    return person


def _join(one: Person, other: Person, joined: dict[str, Person]) -> None:
    """Let two names mean one, by the fuller of them, unless it stands in headlines alone."""
    if one is other:
        return
    counted = (one.count and other.count) or one.kind == "organisation"
    fuller = fuller_of(one.name, other.name) if counted else max(one, other, key=_count).name
    short, long = sorted((one, other), key=lambda person: len(person.name))
    known = short.kind == "person" and not short.titles and short.count > long.count
    if known and len(long.given) > 2 and long.key.endswith(f" {short.key}"):
        fuller = short.name  # "Alfred McCoy Doe" goes by McCoy Doe
    kept, lost = (one, other) if fuller == one.name else (other, one)
    joined[lost.key] = kept
    kept.count += lost.count
    kept.titles |= lost.titles
    kept.first = min(kept.first, lost.first)
    kept.gender = lost.gender if kept.gender == "-" else kept.gender
    kept.kind = "person" if "person" in (kept.kind, lost.kind) else kept.kind


def _shorten(name: str, clubs: Set[str], places: Set[str]) -> Iterator[str]:
    """The short names of a body: IDF of "Israel Defense Forces", "Daily News" of "New York Daily News"."""
    words = name.split(" ")
    for end in range(1, len(words) - 1):
        if " ".join(words[:end]) in places:
            yield " ".join(words[end:])
    if len(words) > 1 and words[-1] in clubs:
        yield " ".join(words[:-1])
    for end in range(2, len(words) + 1):
        initials = spell_initials(" ".join(words[:end]))
        if len(initials) > 1:
            yield " ".join((initials, *words[end:]))
