"""Roles and gender of each person in an article, each with its evidence."""

import re
from dataclasses import dataclass, field

from service.extractor.language import Language
from service.extractor.names.index import NameIndex, NameOccurrence, Person
from service.extractor.speakers.roles import Role, read_age, read_roles

# Of somebody named more often, the first places alone are read for roles.
_PLACES_AT_MOST = 6
# The seat of a member behind the name: ", R-Iowa", " (D-N.Y.)"
_SEAT = re.compile(r",? \(?[RDI]-(?P<state>[A-Z][\w.]*)")


@dataclass(slots=True)
class Entity:
    """A person with all that is said of him beside his names.

    `seated` says that a seat in a parliament stands beside a name.

    `gender` is m, f or -; `gender_from` is the (start, end) of the words that tell it, where a role does.
    """

    person: Person
    gender: str
    gender_from: tuple[int, int] | None = None
    roles: list[Role] = field(default_factory=list)
    words: set[str] = field(default_factory=set)
    seated: bool = False

    def heads(self) -> set[str]:
        """The nouns of all roles."""
        return {role.head for role in self.roles}


class Cast:
    """The entities of one article, each made when it is first asked for."""

    def __init__(self, text: str, index: NameIndex, language: Language) -> None:
        self._text = text
        self._index = index
        self._language = language
        self._lower = ""
        self._entities: dict[str, Entity] = {}
        self._places: dict[str, list[NameOccurrence]] | None = None

    def entity(self, person: Person) -> Entity:
        """The entity of a person: all that the article says of him outside quotation marks."""
        if person.key not in self._entities:
            self._entities[person.key] = self._gather(person)
        return self._entities[person.key]

    def is_told(self, role: str, at: int) -> bool:
        """Whether a role, or a word for the same, stands anywhere before an offset."""
        if not self._lower:
            self._lower = self._text.lower()
        words = (role, *(word for word, same in self._language.synonyms.items() if same == role))
        return any(self._lower.find(word.removesuffix("-year-old"), 0, at) >= 0 for word in words)

    def gender(self, person: Person) -> str:
        """The gender that the roles of a person tell where he is first named, m, f or -."""
        if person.key in self._entities:
            return self._entities[person.key].gender
        for place in self._index.people_between(person.first, person.first + 1):
            for role in read_roles(self._text, place.start, place.end, person.name, self._language):
                gender = self._language.roles.get(role.head, "-")
                if gender in ("m", "f"):
                    return gender
        return "-"

    def _gather(self, person: Person) -> Entity:
        entity = Entity(person, person.gender)
        for place in self.places_of(person):
            for role in read_roles(self._text, place.start, place.end, person.name, self._language):
                entity.roles.append(role)
                entity.words |= role.words
                gender = self._language.roles.get(role.head, "-")
                if entity.gender == "-" and gender in ("m", "f"):
                    entity.gender, entity.gender_from = gender, (role.start, role.end)
            if age := read_age(self._text, place.end):
                entity.words.add(age)
            if home := _SEAT.match(self._text, place.end):
                entity.words.add(home["state"].lower())
                entity.seated = True
        return entity

    def places_of(self, person: Person) -> list[NameOccurrence]:
        """The first places outside quotation marks where a person is named."""
        if self._places is None:
            self._places = {}
            for occurrence in (*self._index.people, *self._index.bodies):
                places = self._places.setdefault(occurrence.person.key, [])
                if len(places) < _PLACES_AT_MOST:
                    places.append(occurrence)
        return self._places.get(person.key, [])
