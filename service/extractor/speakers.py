"""Says who each mention is: surname to full name, pronoun and role to name, inside one article.

Known limitations:
1. "They" and "we" are left unresolved: no single name stands for them.
2. A description that shares no word with a title or role given beside a name stays unnamed.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import regex

from service.extractor.language import Language, load_language
from service.extractor.model import Speaker
from service.extractor.mentions import Subject, main_subject, trailing_subject
from service.extractor.names import Name, NameIndex, NameReader, Occurrence, Person
from service.extractor.rules.site import Article, Attribution
from service.extractor.tokens import Shape

_NAME_AT_MOST = 60
_AND = regex.compile(r"\s+(?:and|&)\s+")
_OFFICE = regex.compile(r"(?:\p{Lu}[\p{L}'-]*\s)*(?P<head>\p{Lu}\p{L}+)\s(?:of|for)(?:\sthe)?(?:\s(?:and\s)?\p{Lu}[\p{L}'-]*)+")
_DESCRIBED = regex.compile(r"the (?:[a-z-]+ ){1,3}+")
_OWNED = regex.compile(r"(?P<owner>[Hh]is|[Hh]er|[^,;:()]{2,60}?(?='s ))(?:'s)?\s(?:[\w-]+\s){0,3}(?P<noun>[\w-]+)")
_DEPTH = 6
_PARAGRAPHS_BACK = 2
_REACH_OF_ROLES = 20000
_WORD = regex.compile(r"(?:\d+-)?[\p{L}\p{M}'-]+")


@lru_cache(maxsize=8)
def name_reader(code: str) -> NameReader:
    """The reader of a language, with the readings that it keeps."""
    return NameReader(load_language(code))


@dataclass(slots=True)
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
        quoted = [(p.outer_start, p.outer_end) for p in article.passages]
        self.reader = name_reader(article.language.code)
        self.index = NameIndex(article.text, self.reader, quoted)
        self.spoken: list[_Spoken] = []
        self.resolved: dict[tuple[int, int], Speaker | None] = {}

    def resolve(self, found: Attribution) -> Speaker | None:
        """Who the mention of an attribution is, or None where the article does not say."""
        mention, head_end = found.mention, found.head_end
        if mention is None:
            return None
        if mention not in self.resolved:
            if found.referent:
                start, end, head_end = found.referent
                speaker, gender = self._resolve((start, end), head_end)
            else:
                speaker, gender = self._resolve(mention, head_end)
            self.resolved[mention] = speaker
            if speaker:
                self.spoken.append(_Spoken(mention[0], speaker, gender))
        return self.resolved[mention]

    def _resolve(self, mention: tuple[int, int], head_end: int) -> tuple[Speaker | None, str]:
        start, end = mention
        phrase = self.text[start:end]
        gender = self.language.pronoun_gender.get(phrase.lower())
        if gender:
            return self._resolve_pronoun(start, gender)
        if phrase.lower() in self.language.settings["relatives"]:
            return self._resolve_relative(start)
        return self._resolve_phrase(start, head_end, phrase)

    def _resolve_pronoun(self, at: int, gender: str, depth: int = 0) -> tuple[Speaker | None, str]:
        """The subject of the nearest sentence before that fits, else the nearest fitting name."""
        if gender not in "mf" or depth > _DEPTH:
            return None, gender
        paragraph = bisect_right(self.article.paragraphs, (at, len(self.text))) - 1
        for nearest in (paragraph, paragraph - _PARAGRAPHS_BACK):
            reach = range(nearest, max(-1, nearest - _PARAGRAPHS_BACK), -1)
            for back in reach:
                shape = self.article.shape_of(back)
                for subject in _subjects_before(shape, at):
                    speaker = self._as_antecedent(shape, subject, gender, depth, near=back == paragraph)
                    if speaker:
                        return speaker, gender
                if speaker := self._spoken_in(back, at, gender):
                    return speaker, gender
            for back in reach:
                if named := self._name_in(back, at, gender):
                    return _as_speaker(named), gender
        for spoken in reversed(self.spoken):
            if spoken.gender == gender:
                return spoken.speaker, gender
        return None, gender

    def _spoken_in(self, paragraph: int, at: int, gender: str) -> Speaker | None:
        """The last person quoted in a paragraph, before an offset."""
        start, end = self.article.paragraphs[paragraph]
        for spoken in reversed(self.spoken):
            if spoken.at < start:
                break
            if spoken.at < min(at, end) and spoken.gender in ("-", gender) and spoken.speaker.kind == "person":
                return spoken.speaker
        return None

    def _as_antecedent(
        self, shape: Shape, subject: Subject, gender: str, depth: int, *, near: bool
    ) -> Speaker | None:
        """Who a subject is, if a pronoun of this gender can mean it."""
        start, end = shape.starts[subject.start], shape.ends[subject.end - 1]
        head_end = shape.ends[subject.head_end - 1]
        tag = shape.tags[subject.head_end - 1]
        if tag == "P":
            if self.language.pronoun_gender.get(self.text[start:end].lower()) != gender:
                return None
            if (start, end) not in self.resolved:
                self.resolved[start, end] = self._resolve_pronoun(start, gender, depth + 1)[0]
            return self.resolved[start, end]
        if tag not in "Cr" and not self._renamed(end):
            return None
        head = self.text[start:head_end]
        word = _WORD.findall(head)[-1:]
        if not word or word[0].lower() in self.language.plural_roles:
            return None
        speaker, found = self._resolve_phrase(start, head_end, self.text[start:end])
        if speaker is None or speaker.kind == "organisation" or found not in ("-", gender):
            return None
        if tag == "C" and not self._is_person(speaker, found):
            return None
        if speaker.kind == "unnamed" and not near and not _speaks(shape, subject):
            if found != gender and all(spoken.speaker != speaker for spoken in self.spoken):
                return None
        return speaker

    def _is_person(self, speaker: Speaker | None, gender: str) -> bool:
        if gender in "mf" or any(spoken.speaker == speaker for spoken in self.spoken):
            return True
        person = self.index.by_name.get(speaker.name.casefold()) if speaker else None
        return person is not None and (person.kind == "person" or person.gender in "mf")

    def _name_in(self, paragraph: int, at: int, gender: str) -> Person | None:
        """The last name of a known gender in a paragraph, before an offset and outside quotation marks."""
        start, end = self.article.paragraphs[paragraph]
        for occurrence in self.index.before(min(at, end), min(at, end) - start):
            if occurrence.person.gender == gender:
                return occurrence.person
        return None

    def _resolve_relative(self, at: int) -> tuple[Speaker | None, str]:
        nearest = self.index.before(at, 200)
        if nearest:
            return _as_speaker(nearest[0].person), nearest[0].person.gender
        return None, "-"

    def _resolve_phrase(self, start: int, head_end: int, phrase: str) -> tuple[Speaker | None, str]:
        head = self.text[start:head_end]
        if joint := self._joint(start, head_end, phrase):
            return joint
        if owner := self._author(start, head_end):
            return owner
        runs = [(begin, end, self._read_name(run)) for begin, end, run in self.reader.runs(head)]
        last = runs[-1] if runs else None
        words = _WORD.findall(head)
        if office := self._office(phrase):
            return office
        if last and last[2] and last[2].kind == "place" and last[0] == 0 and last[1] == len(head):
            return Speaker(last[2].full, "organisation"), "o"
        if last and last[2] and last[1] >= len(head.rstrip(" .,")) and last[2].kind != "place":
            name = last[2]
            return self._named(name, start, head, last[0])
        if renamed := self._renamed(start + len(phrase)) or self._titled(phrase, len(head), start):
            return renamed
        role = words[-1].lower() if words else ""
        gender = self.language.roles.get(role, "-")
        person = self._holder(head, role, start)
        if person:
            return _as_speaker(person), person.gender
        if body := self._body(words, start):
            return body, "o"
        if epithet := self._epithet(words, role, start):
            return epithet, gender
        clean = " ".join(phrase.split())
        return Speaker(clean, "unnamed"), gender

    def _read_name(self, run: str) -> Name | None:
        """A name, unless its words are an office alone: "the Minister"."""
        words = [word for word in _WORD.findall(run.lower()) if word not in self.language.function_words]
        if words and all(word in self.language.title_words or word in self.language.roles for word in words):
            return None
        return self.reader.read(run)

    def _author(self, start: int, end: int) -> tuple[Speaker | None, str] | None:
        """Whose a document is that speaks: "Jane Doe's report", "her letter"."""
        match = _OWNED.fullmatch(self.text, start, end)
        if not match or match["noun"].lower() not in self.language.documents:
            return None
        owner, gender = self._resolve(match.span("owner"), match.end("owner"))
        return (owner, gender) if owner and owner.kind != "unnamed" else None

    def _office(self, phrase: str) -> tuple[Speaker, str] | None:
        """An organisation whose name goes on behind "of" or "for": "the Department of Fisheries"."""
        match = _OFFICE.match(phrase, 4 if phrase[:4].lower() == "the " else 0)
        if not match or match["head"].casefold() not in self.language.organisation_heads:
            return None
        return Speaker(match.group(), "organisation"), "o"

    def _joint(self, start: int, head_end: int, phrase: str) -> tuple[Speaker, str] | None:
        """Two people who speak together: "Jane Doe and Richard Roe"."""
        match = _AND.match(phrase, head_end - start)
        if not match:
            return None
        names = []
        for begin, end in ((start, head_end), (start + match.end(), start + len(phrase))):
            speaker, _ = self._resolve_phrase(begin, end, self.text[begin:end])
            if speaker is None or speaker.kind != "person":
                return None
            names.append(speaker.name)
        return Speaker(" and ".join(names), "person"), "n"

    def _renamed(self, end: int) -> tuple[Speaker | None, str] | None:
        """The name in apposition behind a description: "the former editor, Jane Doe,"."""
        if not self.text.startswith(", ", end):
            return None
        described = _DESCRIBED.match(self.text, end + 2)
        at = described.end() if described else end + 2
        begin, finish, run = next(self.reader.runs(self.text, at, at + _NAME_AT_MOST), (0, 0, ""))
        if begin != at or self.text[finish : finish + 1] not in (",", ".", ";", ":", ""):
            return None
        name = self.reader.read(run)
        if name is None or name.kind == "place":
            return None
        if name.kind == "unknown" and not name.given and name.full.casefold() not in self.language.given_names:
            return None
        return self._named(name, end, "", 0)

    def _titled(self, phrase: str, head: int, start: int) -> tuple[Speaker | None, str] | None:
        """The name that ends a long title: "acting attorney for the District of Columbia Jane Doe"."""
        if not all(word.lower() in self.language.title_words for word in _WORD.findall(phrase[:head])):
            return None
        _, end, run = ([(0, 0, ""), *self.reader.runs(phrase, head)])[-1]
        name = self.reader.read(run) if end == len(phrase) else None
        if name is None or name.kind != "person":
            return None
        return self._named(name, start, "", 0)

    def _named(self, name: object, start: int, head: str, offset: int) -> tuple[Speaker | None, str]:
        assert not isinstance(name, str)
        person = self.index.find(name, start)  # type: ignore[arg-type]
        if person is not None:
            return _as_speaker(person), person.gender
        kind = name.kind  # type: ignore[attr-defined]
        lead = head[:offset].strip().lower()
        if kind == "organisation" or lead in ("the", "a", "an"):
            return Speaker(name.full, "organisation"), "o"  # type: ignore[attr-defined]
        return Speaker(name.full, "person"), name.gender  # type: ignore[attr-defined]

    def _holder(self, head: str, role: str, at: int) -> Person | None:
        """Who was named with this role before: "the senator" after "Senator Jane Doe" or "Jane Doe, a senator"."""
        if not head.lower().startswith("the ") or role in self.language.plural_roles:
            return None
        role = self.language.synonyms.get(role, role)
        if role not in self.language.roles and role not in self.language.nationalities:
            return None
        wanted = {word.lower() for word in _WORD.findall(head)[1:-1] if word[0].isupper()} | {role}
        for occurrence in self.index.before(at, _REACH_OF_ROLES):
            person = occurrence.person
            if person.kind == "person" and wanted <= self._roles_at(occurrence):
                return person
        return None

    def _body(self, words: list[str], at: int) -> Speaker | None:
        """The organisation that "the company" or "the council" stands for: the nearest one named or described so."""
        noun = words[-1].lower() if words else ""
        if words[:1] not in (["the"], ["The"]) or noun not in self.language.settings["bodies"]:
            return None
        for start, end, person in reversed(self.index.bodies):
            if start >= at:
                continue
            after = self.text[end : end + 60].split(".", 1)[0] if self.text[end : end + 2] == ", " else ""
            if noun in _WORD.findall(f"{person.name} {after}".lower()):
                return _as_speaker(person)
        return self._topic(at, bodies=True)

    def _epithet(self, words: list[str], role: str, at: int) -> Speaker | None:
        """Whom a description stands for that only a known person can have: "the 46-year-old", "the Utah Republican"."""
        language = self.language
        if words[:1] not in (["the"], ["The"]) or role in language.plural_roles:
            return None
        if not (role.endswith("year-old") or role in language.nationalities or role in language.roles):
            return None
        if role in language.settings["separate"] or self._introduced_unnamed(role, at):
            return None
        return self._topic(at, bodies=False)

    def _introduced_unnamed(self, role: str, at: int) -> bool:
        """Whether somebody unnamed came in with this role: "the driver" after "a driver"."""
        return regex.search(rf"\b(?:[Aa]n?|[Oo]ne|[Aa]nother)\s(?:[\w-]+\s){{0,2}}+{regex.escape(role)}\b", self.text, endpos=at) is not None

    def _topic(self, at: int, *, bodies: bool) -> Speaker | None:
        """The person, or the body, that is the subject of the nearest sentence before."""
        paragraph = bisect_right(self.article.paragraphs, (at, len(self.text))) - 1
        for back in range(paragraph, max(-1, paragraph - 2), -1):
            shape = self.article.shape_of(back)
            for subject in _subjects_before(shape, at):
                if shape.tags[subject.head_end - 1] not in "CP" or shape.starts[subject.start] >= at:
                    continue
                start, end = shape.starts[subject.start], shape.ends[subject.end - 1]
                speaker, gender = self._resolve((start, end), shape.ends[subject.head_end - 1])
                if speaker is None or (speaker.kind == "organisation") != bodies:
                    continue
                if bodies or (speaker.kind == "person" and self._is_person(speaker, gender)):
                    return speaker
        return None

    def _roles_at(self, occurrence: Occurrence) -> set[str]:
        """Words for what somebody is, beside one of his names: before it, or in the apposition behind it."""
        before = self.text[max(0, occurrence.start - 60) : occurrence.start]
        before = before.rstrip()[:-1].split(",")[-1] if before.endswith(", ") else self._modifiers(before)
        after = self.text[occurrence.end : occurrence.end + 60]
        after = after[1:].split(",", 1)[0].split(".", 1)[0] if after.startswith(",") else ""
        name = self.text[occurrence.start : occurrence.end]
        words = (word.lower().rstrip(".") for word in _WORD.findall(f"{before} {name} {after}"))
        return {self.language.synonyms.get(word, word) for word in words}


    def _modifiers(self, before: str) -> str:
        """The words that directly precede a name and say what its holder is: "former Utah senator"."""
        language = self.language
        kept: list[str] = []
        for word in reversed(before[max(before.rfind(mark) for mark in ".,;:\n") + 1 :].split()[1:]):
            known = word.lower() in language.roles or word.lower() in language.title_words
            if not (known or word[0].isupper() or word.lower() in language.nationalities):
                break
            kept.append(word)
        return " ".join(kept)


def _subjects_before(shape: Shape, at: int) -> Iterator[Subject]:
    """Main subjects of the sentences of a paragraph before an offset, the nearest first."""
    end = shape.token_at(at)
    while end > 0:
        start, _ = shape.sentence(end - 1)
        subject = trailing_subject(shape, start, end) or main_subject(shape, start, end)
        if subject and shape.starts[subject.start] < at:
            yield subject
        end = start - 1 if start else 0


def _as_speaker(person: Person) -> Speaker:
    return Speaker(person.name, "organisation" if person.kind == "organisation" else "person")


def _speaks(shape: Shape, subject: Subject) -> bool:
    """Whether the verb of a subject is one of saying."""
    _, end = shape.sentence(subject.start)
    return any(tag in "VBM" for tag in shape.tags[subject.end : end])
