"""Who is named in an article, and where: one person or organisation a full name.

Known limitations:
1. Two people of one name are one person.
2. Of several holders of a surname the most often named is meant, unless a title's gender says otherwise.
"""

from bisect import bisect_left
from dataclasses import dataclass

from service.extractor.names import Kind, Name, NameReader
from service.extractor.record import record

# Names that share a surname or a first name: more are counted as one another only by their full names.
_HOLDERS_AT_MOST = 32


@dataclass(slots=True)
class Person:
    """Somebody, or some body, that the article names.

    `gender` is m, f, o for bodies, or - if unknown; `key` is the name whatever its case.
    """

    name: str
    surname: str
    given: str
    gender: str
    kind: Kind
    first: int
    key: str
    count: int = 0


@record
class Occurrence:
    """A place outside quotation marks where a person or a body is named."""

    start: int
    end: int
    person: Person


class NameIndex:
    """The people and bodies of one article, and where each is named outside quotation marks."""

    def __init__(self, text: str, reader: NameReader, quoted: list[tuple[int, int]]) -> None:
        self.reader = reader
        self.by_name: dict[str, Person] = {}
        self._by_surname: dict[str, list[Person]] = {}
        self._by_first: dict[str, list[Person]] = {}
        runs = self._collect(text)
        occurrences = self._locate(runs, quoted)
        self.people = [o for o in occurrences if o.person.kind != "organisation"]
        self.bodies = [o for o in occurrences if o.person.kind == "organisation"]
        self._people_starts = [o.start for o in self.people]
        self._body_starts = [o.start for o in self.bodies]

    def _collect(self, text: str) -> list[tuple[int, int, Name]]:
        runs = []
        for start, end, name in self.reader.find_names(text):
            runs.append((start, end, name))
            if self.reader.known(name.full):
                self._add(name, start)
                continue
            if not name.titles and self.reader.is_body(text, start, end, name):
                name = Name(name.full, name.surname, name.given, "o", "organisation")
            elif name.kind == "unknown" and name.given and self.reader.is_somebody(text, start, end):
                name = Name(name.full, name.surname, name.given, name.gender, "person")
            known = (name.given and not self._ending_in(name)) or name.titles
            if known or name.kind == "organisation":
                self._add(name, start)
        return runs

    def _add(self, name: Name, at: int) -> None:
        key = name.full.casefold()
        person = self.by_name.get(key)
        if person is None:
            person = Person(name.full, name.surname, name.given, name.gender, name.kind, at, key)
            self.by_name[key] = person
            _append(self._by_surname, name.surname, person)
            _, *rest = name.full.split(" ")
            if rest[1:] and rest[0][0].isupper() and rest[1] in self.reader.language.settings["particles"]:
                _append(self._by_surname, rest[0], person)  # "Nuñez" of "Marta Nuñez de la Cruz"
            if name.given and not self.reader.is_common(name.given, name.kind):
                _append(self._by_first, name.given, person)
        person.count += 1
        if person.kind == "unknown":
            person.kind = name.kind
        if person.gender == "-":
            person.gender = name.gender

    def _locate(self, runs: list[tuple[int, int, Name]], quoted: list[tuple[int, int]]) -> list[Occurrence]:
        occurrences = []
        starts = [start for start, _ in quoted]
        for start, end, name in runs:
            at = bisect_left(starts, start + 1) - 1
            if at >= 0 and start < quoted[at][1]:
                continue
            person = self.find(name, start)
            if person is not None:
                occurrences.append(Occurrence(start, end, person))
        return occurrences

    def find(self, name: Name, at: int) -> Person | None:
        """Whom a name means at an offset: its full name, or the best holder of a surname or first name."""
        exact = self.by_name.get(name.full.casefold())
        if exact and self.reader.known(name.full):
            return exact
        if name.given or name.kind == "organisation":
            return self._fuller(exact) if exact else self._ending_unless_given(name)
        if exact and exact.kind == "organisation":
            return exact
        key = name.surname.casefold()
        titled = name.gender in ("m", "f") and bool(name.titles)
        holders = [
            person
            for person in self._by_surname.get(key, ())
            if person.given and (not titled or person.gender in ("-", name.gender))
        ] or self._by_first.get(key, [])
        if len(holders) < 2:
            return holders[0] if holders else exact
        earlier = [person for person in holders if person.first <= at] or holders
        return max(earlier, key=lambda person: (person.kind == "person", person.count, -person.first))

    def _fuller(self, person: Person) -> Person:
        """The same person with a middle name, where the article names just one such: Jane Q. Doe."""
        if person.kind == "organisation" or person.name.count(" ") != 1:
            return person
        namesakes = self._by_surname.get(person.surname.casefold(), ())
        fuller = [p for p in namesakes if p.given == person.given and p.name.count(" ") > 1]
        return fuller[0] if len(fuller) == 1 else person

    def _ending_unless_given(self, name: Name) -> Person | None:
        """The holder of a surname of several words, unless a given name opens it."""
        given = name.given.casefold() in self.reader.language.given_names
        return None if given else self._ending_in(name)

    def _ending_in(self, name: Name) -> Person | None:
        """The holder of a surname of several words: "Hawk Sawyer" after "Kathleen Hawk Sawyer"."""
        ending = " " + name.full.casefold()
        for person in self._by_surname.get(name.surname.casefold(), ()):
            if person.key.endswith(ending):
                return person
        return None

    def people_before(self, at: int, most: int) -> list[Occurrence]:
        """At most so many occurrences of people that begin before an offset, the nearest first."""
        last = bisect_left(self._people_starts, at)
        return self.people[max(0, last - most) : last][::-1]

    def bodies_before(self, at: int, most: int) -> list[Occurrence]:
        """At most so many occurrences of bodies that begin before an offset, the nearest first."""
        last = bisect_left(self._body_starts, at)
        return self.bodies[max(0, last - most) : last][::-1]


def _append(index: dict[str, list[Person]], name: str, person: Person) -> None:
    holders = index.setdefault(name.casefold(), [])
    if len(holders) < _HOLDERS_AT_MOST:
        holders.append(person)
