"""Describes each speaker as the article does: role, affiliation, gender with its evidence, kind of source.

Known limitations:
1. Gender is what pronouns, titles, nouns and given names show; the last are wrong for some people.
2. An affiliation is a body inside a role: one that stands elsewhere in the article is not found.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import regex

from service.extractor.article import ParsedArticle
from service.extractor.model import Gender, GenderEvidence, Span, Speaker, SpeakerKind
from service.extractor.names.index import NameOccurrence, Person
from service.extractor.speakers.affiliations import find_affiliation
from service.extractor.speakers.descriptions import WORD
from service.extractor.speakers.entities import Cast, Entity
from service.extractor.speakers.resolver import SpeakerResolver
from service.extractor.speakers.roles import Role

Shown = tuple[Gender | None, GenderEvidence | None]
"""A gender, and what shows it."""

_GENDERS: dict[str, Gender] = {"f": "f", "m": "m"}
_HEAD_ENDS = re.compile(r"\b(?:of|for|at|in|from|with|on|to|by|near|who|whose|that)\b|[,(]")
_PRONOUN = re.compile(r" (he|she|his|hers?|him)\b")
_MEANS = {"he": "m", "his": "m", "him": "m", "she": "f", "her": "f", "hers": "f"}
_STOP = re.compile(r"[.!?\n]")
_OPENING = regex.compile(r"(?r)[.!?\n\"“”]")
_NOT_SUBJECT = re.compile(r"\b(?:to|with|of|by|for|from|against|about|told|tells|asked|and|than|like) $")
_REACH = 160
_SPELLING_REACH = 100_000
_ANY_MARK = """["“”‘’'`]"""
_NEAR = 12
_PLACES_AT_MOST = 6
# How many pronouns of one gender outweigh one of the other, and so many where a given name is of the other.
_SHARE = 2
_SHARE_AGAINST_NAME = 4


class Portraits:
    """The portraits of the speakers of one article, each drawn when it is first asked for."""

    def __init__(self, article: ParsedArticle, resolver: SpeakerResolver, *, gender: bool = True) -> None:
        self._article = article
        self._language = article.language
        self._index = resolver.index
        self._cast: Cast = resolver.cast
        self.resolver = resolver
        self._gendered = gender
        self._drawn: dict[tuple[str, str, int], Speaker] = {}
        self._meant: dict[str, Counter[str]] | None = None

    def portray(self, speaker: Speaker, mention: Span | None) -> Speaker:
        """A speaker with what the article shows; the mention tells apart those who have no name."""
        unnamed = speaker.kind == "unnamed"
        key = (speaker.name, speaker.kind, mention.start if mention and unnamed else 0)
        if key not in self._drawn:
            drawn = self._portray_unnamed(speaker) if unnamed else self._portray_named(speaker)
            self._drawn[key] = as_written(self._article.received, drawn)
        return self._drawn[key]

    def read_on(self) -> None:
        """Count pronouns again for those who are not drawn yet, when more mentions have been resolved."""
        self._meant = None

    def _portray_unnamed(self, speaker: Speaker) -> Speaker:
        head = self._head_of(speaker.name)
        gender = _GENDERS.get(self._language.roles.get(head, "-")) if self._gendered else None
        kind = self._kind_by(head)
        return replace(speaker, kind=kind, gender=gender, gender_evidence="noun" if gender else None)

    def _head_of(self, phrase: str) -> str:
        """The noun that a phrase turns on, in lower case."""
        end = _HEAD_ENDS.search(phrase, 4)
        words = WORD.findall(phrase[: end.start() if end else len(phrase)])
        return words[-1].lower() if words else ""

    def _kind_by(self, head: str) -> SpeakerKind:
        """A document, a group or somebody unnamed, by the noun that stands for the speaker."""
        language = self._language
        if head in language.plural_roles or head in language.settings["plurals"]:
            return "group"
        if head in language.documents and head not in language.roles:
            return "document"
        single = head.removesuffix("s")
        body = head in language.settings["bodies"] or head in language.organisation_heads
        several = single != head and (
            single in language.nationalities or single in language.settings["bodies"]
        )
        return "group" if body or several or head in language.settings["gatherings"] else "unnamed"

    def _portray_named(self, speaker: Speaker) -> Speaker:
        person = self._index.by_name.get(speaker.name.casefold())
        if person is None:
            return speaker
        entity = self._cast.entity(person)
        found = list(_drop_repeated(self._article.text, entity))
        best = max(found, key=self._rank, default=None)
        gender, evidence = self._shown(entity) if speaker.kind == "person" else (None, None)
        return Speaker(
            speaker.name,
            speaker.kind,
            self._span(best) if best else None,
            self._affiliation(best, found) if best else None,
            tuple(map(self._span, found)),
            gender,
            evidence,
        )

    def _span(self, role: Role) -> Span:
        return self._article.span(role.start, role.end)

    # Roles

    def _rank(self, role: Role) -> tuple[bool, bool, bool, int]:
        """The more is said the better, but for kin, and for party and state alone; the first of equals."""
        words = len(role.words)
        office = role.head not in self._language.settings["separate"] or words > 1
        return office, role.form not in ("bracket", "body", "owner"), words > 1, -role.start

    def _affiliation(self, best: Role, others: list[Role]) -> Span | None:
        """The body that the first role names, else the first that another names."""
        text = self._article.text
        found = (find_affiliation(text, role, self._index) for role in (best, *others))
        body = next((each for each in found if each), None)
        return self._article.span(*body) if body else None

    # Gender

    def _shown(self, entity: Entity) -> Shown:
        """The gender of somebody, by the surest evidence: pronouns, a title, a noun, the given name."""
        if not self._gendered:
            return None, None
        person = entity.person
        if stated := _GENDERS.get(self._index.reader.stated_gender(person.name)):
            return stated, "stated"
        given = _GENDERS.get(self._language.given_names.get(person.given.casefold(), "-"))
        if meant := self._by_pronouns(person, given):
            return meant, "pronoun"
        if titled := self._by_title(person):
            return titled, "title"
        # A woman may be called "Chairman".
        if (noun := self._by_noun(entity)) and given in (None, noun):
            return noun, "noun"
        return (given, "given_name") if given else (None, None)

    def _by_title(self, person: Person) -> Gender | None:
        """The gender of a title that is no office: Mr, Sir, Baroness."""
        titles = (title for title in sorted(person.titles) if title not in self._language.roles)
        shown = (_GENDERS.get(self._language.titles.get(title, "-")) for title in titles)
        return next((gender for gender in shown if gender), None)

    def _by_noun(self, entity: Entity) -> Gender | None:
        """The gender of a noun that stands for somebody: "spokeswoman", "father"."""
        roles = self._language.roles
        nouns = (*(role.head for role in entity.roles), *sorted(entity.person.titles))
        shown = (_GENDERS.get(roles.get(noun, "-")) for noun in nouns)
        return next((gender for gender in shown if gender), None)

    def _by_pronouns(self, person: Person, given: Gender | None) -> Gender | None:
        """The gender of the pronouns that mean somebody, if nearly all of them agree."""
        if self._meant is None:
            self._meant = self._count_pronouns()
        votes = self._meant.get(person.name) or self._count_beside(person)
        if not votes:
            return None
        (meant, count), *others = votes.most_common(2)
        against = others[0][1] if others else 0
        needed = _SHARE_AGAINST_NAME if given and given != meant else _SHARE
        return _GENDERS[meant] if count >= max(needed * against, needed - _SHARE + 1) else None

    def _count_pronouns(self) -> dict[str, Counter[str]]:
        """How often he and she mean each person, where speakers and subjects have been resolved."""
        text, votes = self._article.text, dict[str, Counter[str]]()
        meant = {mention: speaker.name for mention, speaker in self.resolver.resolved.items() if speaker}
        for mention in self.resolver.discourse.mentions:
            if mention.form == "pronoun" and mention.referent:
                meant[mention.start, mention.end] = mention.referent.name
        for (start, end), name in meant.items():
            gender = _MEANS.get(text[start:end].lower())
            if gender:
                votes.setdefault(name, Counter())[gender] += 1
        return votes

    def _count_beside(self, person: Person) -> Counter[str]:
        """How often a pronoun stands behind somebody who is the only one named before it in a sentence."""
        votes: Counter[str] = Counter()
        for place in self._cast.places_of(person)[:_PLACES_AT_MOST]:
            if gender := self._pronoun_behind(place):
                votes[gender] += 1
        return votes

    def _pronoun_behind(self, place: NameOccurrence) -> str:
        """The gender of the first pronoun behind a name in its sentence, if nobody else can be meant."""
        text = self._article.text
        pronoun = _PRONOUN.search(text, place.end, place.end + _REACH)
        if pronoun is None or _STOP.search(text, place.end, pronoun.start()):
            return ""
        if _NOT_SUBJECT.search(text, max(0, place.start - _NEAR), place.start):
            return ""
        opens = _OPENING.search(text, max(0, place.start - _REACH), place.start)
        if len(self._index.people_between(opens.end() if opens else 0, pronoun.start())) > 1:
            return ""
        return _MEANS[pronoun[1]]


def _drop_repeated(text: str, entity: Entity) -> Iterator[Role]:
    """The roles of somebody in the order of the text, each phrase once."""
    seen: set[str] = set()
    for role in sorted(entity.roles, key=_by_start):
        phrase = text[role.start : role.end].casefold()
        if phrase not in seen:
            seen.add(phrase)
            yield role


def _by_start(role: Role) -> int:
    return role.start


def as_written(text: str, speaker: Speaker) -> Speaker:
    """A speaker whose name has the apostrophes and marks of the article, which the rules read as others."""
    if "`" in speaker.name:
        marked = re.escape(speaker.name).replace("'", "['’]").replace("`", _ANY_MARK)
        match = re.compile(marked).search(text, 0, _SPELLING_REACH)
        return replace(speaker, name=match.group()) if match else speaker
    if "'" not in speaker.name:
        return speaker
    curly = speaker.name.replace("'", "’")
    return replace(speaker, name=curly) if text.find(curly, 0, _SPELLING_REACH) >= 0 else speaker
