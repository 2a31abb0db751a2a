"""Says who each mention is: surname to full name, pronoun and description to name, inside one article.

Known limitation: "they" and "we" are left unresolved, as no single name stands for them.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import islice

from service.extractor.checkpoint import pass_checkpoint
from service.extractor.descriptions import (
    WORD,
    came_unnamed,
    find_apposition,
    find_body,
    find_holders,
    find_office,
    find_titled,
)
from service.extractor.language import Language
from service.extractor.mentions import Subject, main_subjects, trailing_subject
from service.extractor.model import Speaker
from service.extractor.names import Name
from service.extractor.people import NameIndex, Person
from service.extractor.record import record
from service.extractor.rules.site import Article, Attribution
from service.extractor.tokens import Shape

Resolution = tuple[Speaker | None, str]
"""A speaker, or None where the article does not say, and a gender: m, f, o, n, or - if unknown."""

_AND = re.compile(r"\s+(?:and|&)\s+")
_OWNED = re.compile(
    r"(?P<owner>[Hh]is|[Hh]er|[^,;:()]{2,60}?(?='s ))(?:'s)?\s(?:[\w-]+\s){0,3}(?P<noun>[\w-]+)"
)
_DEPTH = 6
_PARAGRAPHS_BACK = 2
_SENTENCES_BACK = 12
_SPOKEN_BACK = 40
_NAMES_BACK = 40


@record
class _Spoken:
    """A mention that has been resolved: what later pronouns can look back to."""

    at: int
    speaker: Speaker
    gender: str


class SpeakerResolver:
    """Resolves the mentions of one article, in the order of the text."""

    def __init__(self, article: Article) -> None:
        self.article = article
        self.text = article.text
        self.language: Language = article.language
        self.reader = article.reader
        quoted = [(passage.outer_start, passage.outer_end) for passage in article.passages]
        self.index = NameIndex(article.text, self.reader, quoted)
        self.spoken: list[_Spoken] = []
        self.resolved: dict[tuple[int, int], Speaker | None] = {}
        self._spoken_at: dict[tuple[int, int], _Spoken] = {}
        self._topics: dict[tuple[int, int], Resolution] = {}
        self._topic_depth = 0
        self._subjects: dict[tuple[int, int, int], list[Subject]] = {}

    def resolve(self, found: Attribution) -> Speaker | None:
        """Who the mention of an attribution is, or None where the article does not say."""
        if found.mention is None:
            return None
        if found.mention not in self.resolved:
            pass_checkpoint()
            start, end, head_end = found.referent or (*found.mention, found.head_end)
            speaker, gender = self._resolve(start, end, head_end)
            self.resolved[found.mention] = speaker
            if speaker:
                self._spoken_at[found.mention] = _Spoken(found.mention[0], speaker, gender)
                self.spoken.append(self._spoken_at[found.mention])
        return self.resolved[found.mention]

    def resolve_among(self, found: list[Attribution]) -> None:
        """Resolve what is new among attributions in the order of the text; what is known stays as it is."""
        self.spoken = []
        for each in found:
            if spoken := self._spoken_at.get(each.mention or (0, 0)):
                self.spoken.append(spoken)
            else:
                self.resolve(each)

    def _resolve(self, start: int, end: int, head_end: int) -> Resolution:
        word = self.text[start:end].lower()
        gender = self.language.pronoun_gender.get(word)
        if gender:
            return self._resolve_pronoun(start, gender)
        if word in self.language.settings["relatives"]:
            nearest = next(iter(self.index.people_before(start, 1)), None)
            return _named_as(nearest.person) if nearest else (None, "-")
        return self._resolve_phrase(start, end, head_end)

    def _recently(self) -> Iterator[_Spoken]:
        return islice(reversed(self.spoken), _SPOKEN_BACK)

    # Pronouns

    def _resolve_pronoun(self, at: int, gender: str, depth: int = 0) -> Resolution:
        """The subject of the nearest sentence before that fits, else the nearest fitting name."""
        here = self._paragraph(at)
        if gender == "o":
            return self._body_meant(here, at), gender
        if gender == "n":
            return self._group_meant(here, at), gender
        if gender not in "mf" or depth > _DEPTH:
            return None, gender
        for nearest in (here, here - _PARAGRAPHS_BACK):
            reach = range(nearest, max(-1, nearest - _PARAGRAPHS_BACK), -1)
            for back in reach:
                shape = self.article.shape_of(back)
                for subject in self._subjects_before(shape, at):
                    speaker = self._as_antecedent(shape, subject, gender, depth, near=back == here)
                    if speaker:
                        return speaker, gender
                if speaker := self._spoken_in(back, at, gender):
                    return speaker, gender
            for back in reach:
                if named := self._name_in(back, at, gender):
                    return _as_speaker(named), gender
        return next((s.speaker for s in self._recently() if s.gender == gender), None), gender

    def _body_meant(self, paragraph: int, at: int) -> Speaker | None:
        """The organisation that "it" means: the last that spoke, or was a subject, here or just before."""
        start = self.article.paragraphs[max(0, paragraph - 1)][0]
        spoken = next(self._recently(), None)
        if spoken and spoken.speaker.kind == "organisation" and start <= spoken.at < at:
            return spoken.speaker
        return self._topic(at, bodies=True)[0]

    def _group_meant(self, paragraph: int, at: int) -> Speaker | None:
        """Whom "they" means where a spokesperson, or several people, spoke in the same paragraph."""
        if self.text[at : at + 4].lower() != "they":
            return None
        shape = self.article.shape_of(paragraph)
        for subject in self._subjects_before(shape, at):
            start, end = shape.starts[subject.start], shape.ends[subject.end - 1]
            head_end = shape.ends[subject.head_end - 1]
            if shape.tags[subject.head_end - 1] != "r" or not _speaks(shape, subject):
                continue
            role = WORD.findall(self.text[start:head_end])[-1].lower()
            if self.language.roles.get(role, "-") == "-":
                return self._resolve_phrase(start, end, head_end)[0]
        return None

    def _paragraph(self, at: int) -> int:
        return bisect_right(self.article.paragraphs, (at, len(self.text))) - 1

    def _as_antecedent(
        self, shape: Shape, subject: Subject, gender: str, depth: int, *, near: bool
    ) -> Speaker | None:
        """Who a subject is, if a pronoun of this gender can mean it."""
        start, end = shape.starts[subject.start], shape.ends[subject.end - 1]
        tag = shape.tags[subject.head_end - 1]
        if tag == "P":
            return self._same_pronoun(start, end, gender, depth)
        if tag not in "Cr" and not find_apposition(self.text, end, self.reader):
            return None
        head_end = shape.ends[subject.head_end - 1]
        words = WORD.findall(self.text[start:head_end])
        if not words or words[-1].lower() in self.language.plural_roles:
            return None
        speaker, found = self._resolve_phrase(start, end, head_end)
        if speaker is None or speaker.kind == "organisation" or found not in ("-", gender):
            return None
        if tag == "C" and not self._is_person(speaker, found):
            return None
        if speaker.kind == "unnamed" and not (near or found == gender or _speaks(shape, subject)):
            return speaker if any(s.speaker == speaker for s in self._recently()) else None
        return speaker

    def _same_pronoun(self, start: int, end: int, gender: str, depth: int) -> Speaker | None:
        if self.language.pronoun_gender.get(self.text[start:end].lower()) != gender:
            return None
        if (start, end) not in self.resolved:
            self.resolved[start, end] = self._resolve_pronoun(start, gender, depth + 1)[0]
        return self.resolved[start, end]

    def _is_person(self, speaker: Speaker, gender: str) -> bool:
        if gender in "mf" or any(s.speaker == speaker for s in self._recently()):
            return True
        person = self.index.by_name.get(speaker.name.casefold())
        return person is not None and (person.kind == "person" or person.gender in "mf")

    def _spoken_in(self, paragraph: int, at: int, gender: str) -> Speaker | None:
        """The last person quoted in a paragraph, before an offset."""
        start, end = self.article.paragraphs[paragraph]
        for spoken in self._recently():
            fits = spoken.gender in ("-", gender) and spoken.speaker.kind == "person"
            if fits and start <= spoken.at < min(at, end):
                return spoken.speaker
        return None

    def _name_in(self, paragraph: int, at: int, gender: str) -> Person | None:
        """The last name of a known gender in a paragraph, before an offset and outside quotation marks."""
        start, end = self.article.paragraphs[paragraph]
        for occurrence in self.index.people_before(min(at, end), _NAMES_BACK):
            if occurrence.start < start:
                break
            if occurrence.person.gender == gender:
                return occurrence.person
        return None

    # Phrases

    def _resolve_phrase(self, start: int, end: int, head_end: int) -> Resolution:
        phrase, head = self.text[start:end], self.text[start:head_end]
        if known := self.reader.known(phrase):
            return Speaker(known.full, "organisation" if known.gender == "o" else "person"), known.gender
        if direct := self._joint(start, end, head_end) or self._author(start, head_end):
            return direct
        if titled := find_titled(phrase, len(head), self.reader):
            return self._resolve_name(titled, start, "")
        if office := find_office(phrase, self.language):
            return office, "o"
        begin, finish, run = ([(0, 0, ""), *self.reader.runs(head)])[-1]
        name = self._read_name(run, start, head) if run else None
        if name and name.kind == "place":
            if begin == 0 and finish == len(head):
                return Speaker(name.full, "organisation"), "o"
        elif name and finish >= len(head.rstrip(" .,")):
            return self._resolve_name(name, start, head[:begin])
        beside = find_apposition(self.text, end, self.reader)
        if beside:
            return self._resolve_name(beside, start, "")
        return self._resolve_description(start, end, head)

    def _read_name(self, run: str, start: int, head: str) -> Name | None:
        """A name, unless its words are an office alone: "the Minister", or "Teachers" in first place."""
        language = self.language
        name = self.reader.read(run)
        words = [word for word in WORD.findall(run.lower()) if word not in language.function_words]
        office = all(word in language.title_words or word in language.roles for word in words)
        if name is None or not words or not office:
            return name
        definite = head[:4].lower() in ("the ", "this") or head[:2].lower() == "a "
        begins = self.text[max(0, start - 3) : start].rstrip(" ")[-1:] in ("", "\n", ".", "!", "?", '"', "”")
        person = self.index.find(name, start)
        known = person is not None and bool(person.given)
        return name if known or not (definite or begins) else None

    def _resolve_name(self, name: Name, at: int, lead: str) -> Resolution:
        person = self.index.find(name, at)
        if person is not None:
            return _named_as(person)
        if name.kind == "organisation" or lead.strip().lower() in ("the", "a", "an"):
            return Speaker(name.full, "organisation"), "o"
        return Speaker(name.full, "person"), name.gender

    def _joint(self, start: int, end: int, head_end: int) -> Resolution | None:
        """Two people who speak together: "Jane Doe and Richard Roe"."""
        match = _AND.match(self.text, head_end, end)
        if not match:
            return None
        pair = ((start, head_end), (match.end(), end))
        speakers = [self._resolve_phrase(begin, finish, finish)[0] for begin, finish in pair]
        if any(speaker is None or speaker.kind != "person" for speaker in speakers):
            return None
        return Speaker(" and ".join(speaker.name for speaker in speakers if speaker), "person"), "n"

    def _author(self, start: int, end: int) -> Resolution | None:
        """Whose a document is that speaks: "Jane Doe's report", "her letter"."""
        match = _OWNED.fullmatch(self.text, start, end)
        if not match or match["noun"].lower() not in self.language.documents:
            return None
        owner, gender = self._resolve(*match.span("owner"), match.end("owner"))
        return (owner, gender) if owner and owner.kind != "unnamed" else None

    # Descriptions

    def _resolve_description(self, start: int, end: int, head: str) -> Resolution:
        """Whom "the senator", "the company" or "the 46-year-old" stands for; else the phrase, unnamed."""
        words = [word.lower() for word in WORD.findall(head)]
        role = words[-1] if words else ""
        holders = find_holders(self.text, head, role, start, self.index)
        if holders:
            topic = self._topic(start)[0] if len(holders) > 1 else None
            return _named_as(next((h for h in holders if topic and h.name == topic.name), holders[0]))
        if words[:1] == ["the"] and role in self.language.settings["bodies"]:
            body = find_body(self.text, role, start, self.index)
            speaker = _as_speaker(body) if body else self._topic(start, bodies=True)[0]
            if speaker:
                return speaker, "o"
        if words[:1] == ["the"] and self._is_epithet(role, start):
            topic, gender = self._topic(start)
            if topic:
                return topic, gender
        gender = self.language.roles.get(role, "-")
        return Speaker(" ".join(self.text[start:end].split()), "unnamed"), gender

    def _is_epithet(self, role: str, at: int) -> bool:
        """Whether a role is one that only a person known already can have: "the 46-year-old", "the actor"."""
        language = self.language
        if role in language.plural_roles or role in language.settings["separate"]:
            return False
        known = role.endswith("year-old") or role in language.nationalities or role in language.roles
        return known and not came_unnamed(self.text, role, at)

    def _topic(self, at: int, *, bodies: bool = False) -> Resolution:
        """The person, or the body, that is the subject of the nearest sentence before."""
        if self._topic_depth > _DEPTH:
            return None, "-"
        here = self._paragraph(at)
        for back in range(here, max(-1, here - _PARAGRAPHS_BACK), -1):
            shape = self.article.shape_of(back)
            for subject in self._subjects_before(shape, at):
                if shape.tags[subject.head_end - 1] not in ("Cn" if bodies else "CP"):
                    continue
                start, end = shape.starts[subject.start], shape.ends[subject.end - 1]
                speaker, gender = self._resolve_topic(start, end, shape.ends[subject.head_end - 1])
                if speaker is None or (speaker.kind == "organisation") != bodies:
                    continue
                if bodies or (speaker.kind == "person" and self._is_person(speaker, gender)):
                    return speaker, gender
        return None, "-"

    def _resolve_topic(self, start: int, end: int, head_end: int) -> Resolution:
        """Resolve a subject once: one description stands for another before it, and that for a third."""
        if (start, end) not in self._topics:
            self._topic_depth += 1
            self._topics[start, end] = self._resolve(start, end, head_end)
            self._topic_depth -= 1
        return self._topics[start, end]

    def _subjects_before(self, shape: Shape, at: int) -> Iterator[Subject]:
        """Main subjects of the last sentences of a paragraph before an offset, the nearest first."""
        end = shape.token_at(at)
        for _ in range(_SENTENCES_BACK):
            if end <= 0:
                return
            start, _ = shape.sentence(end - 1)
            for subject in self._subjects_of(shape, start, end):
                if shape.starts[subject.start] < at:
                    yield subject
            end = start - 1

    def _subjects_of(self, shape: Shape, start: int, end: int) -> list[Subject]:
        """Who reports a sentence from its end, else its main subjects: found once, as many look back."""
        key = (shape.paragraph, start, end)
        if key not in self._subjects:
            trailing = trailing_subject(shape, start, end)
            self._subjects[key] = [trailing] if trailing else main_subjects(shape, start, end)
        return self._subjects[key]


def _speaks(shape: Shape, subject: Subject) -> bool:
    """Whether a verb of saying stands behind a subject in its sentence."""
    _, end = shape.sentence(subject.start)
    return any(tag in "VBM" for tag in shape.tags[subject.end : end])


def _as_speaker(person: Person) -> Speaker:
    return Speaker(person.name, "organisation" if person.kind == "organisation" else "person")


def _named_as(person: Person) -> Resolution:
    return _as_speaker(person), person.gender
