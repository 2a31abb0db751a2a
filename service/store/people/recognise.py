"""Recognises the speakers of an article on the list of known people, by whole names; guesses nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from service.extractor import Speaker
from service.store.people.read import find_people
from service.store.records import KnownPerson, PersonReference
from service.store.text.folding import name_key

LISTED_KINDS = ("person", "organisation")
# A given name alone says too little to contradict the list.
SURE_EVIDENCE = ("pronoun", "title", "noun")
# The most people of one name that are kept with a quote.
MOST_CANDIDATES = 20
# Behind these a role names its body or place: "mayor of Springfield".
LINKS = frozenset(("of", "at", "for", "in", "with", "on", "to"))


@dataclass(frozen=True, slots=True)
class Recognition:
    """The person who a speaker is, or several who may be; `is_shared`: others go by the same name."""

    person: KnownPerson | None
    is_shared: bool = False
    candidates: tuple[PersonReference, ...] = ()


def recognise(
    connection: Connection, given: Sequence[tuple[Speaker, datetime | None]]
) -> list[Recognition | None]:
    """Recognise speakers in articles of these dates; None for one who is not on the list."""
    keys = {name_key(speaker.name) for speaker, _ in given if speaker.kind in LISTED_KINDS}
    named = find_people(connection, keys)
    if not named:
        return [None] * len(given)
    # Whether a name to show is another known person's, too.
    shown = {name_key(person.name) for people in named.values() for person in people}
    named |= find_people(connection, shown - keys)
    return [
        choose_person(speaker, moment, named) if speaker.kind in LISTED_KINDS else None
        for speaker, moment in given
    ]


def choose_person(
    speaker: Speaker, moment: datetime | None, named: Mapping[str, list[KnownPerson]]
) -> Recognition | None:
    """Choose the one person of a name whom nothing contradicts, or whom alone role or body tell."""
    fitting = [
        person
        for person in named.get(name_key(speaker.name), ())
        if person.kind == speaker.kind and covers(person, moment) and agrees(person, speaker)
    ]
    told = fitting if len(fitting) == 1 else [person for person in fitting if is_told(person, speaker)]
    if len(told) == 1:
        others = named.get(name_key(told[0].name), ())
        return Recognition(told[0], sum(other.kind == speaker.kind for other in others) > 1)
    if not fitting:
        return None
    return Recognition(None, candidates=tuple(map(refer_to_person, fitting[:MOST_CANDIDATES])))


def covers(person: KnownPerson, moment: datetime | None) -> bool:
    """Whether an article of this date may mean the person; one without a date may."""
    if moment is None:
        return True
    return (person.since is None or person.since <= moment) and (
        person.until is None or moment <= person.until
    )


def agrees(person: KnownPerson, speaker: Speaker) -> bool:
    sure = speaker.gender_evidence in SURE_EVIDENCE
    return not (sure and person.gender and speaker.gender != person.gender)


def is_told(person: KnownPerson, speaker: Speaker) -> bool:
    """Whether the description has the head of a role, or the whole body in it."""
    words = set(name_key(person.description or "").split())
    heads = {find_head(role.text) for role in speaker.roles} - {""}
    body = set(name_key(speaker.affiliation.text).split()) if speaker.affiliation else set()
    return not heads.isdisjoint(words) or bool(body and body <= words)


def find_head(role: str) -> str:
    """The noun that a role says somebody is: "secretary" of "Health Secretary for Wales"."""
    words: Iterable[str] = name_key(role).split()
    head = ""
    for word in words:
        if word in LINKS and head:
            break
        head = word
    return head


def refer_to_person(person: KnownPerson) -> PersonReference:
    return PersonReference(person.id, person.name, person.external_id, person.description)
