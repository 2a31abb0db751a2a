"""Says who each mention is: surname to full name, pronoun and role to name, inside one article.

Known limitations:
1. "They" and "we" are left unresolved: no single name stands for them.
2. A description that shares no word with a title or role given beside a name stays unnamed.
"""

from dataclasses import dataclass
from functools import lru_cache

import regex

from service.extractor.language import Language, load_language
from service.extractor.model import Speaker
from service.extractor.names import NameIndex, NameReader, Person
from service.extractor.rules.site import Article, Attribution

_REACH = 900
_WORD = regex.compile(r"[\p{L}\p{M}'-]+")


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

    def _resolve_pronoun(self, at: int, gender: str) -> tuple[Speaker | None, str]:
        if gender not in "mf":
            return None, gender
        last = self.spoken[-1] if self.spoken else None
        named = [
            occurrence for occurrence in self.index.before(at, _REACH)
            if occurrence.person.gender in ("-", gender) and occurrence.person.kind != "organisation"
        ]
        if last and last.gender in ("-", gender) and at - last.at < _REACH * 2:
            since = [o for o in named if o.start > last.at and o.leads and o.person.name != last.speaker.name]
            if not since:
                return last.speaker, gender
            return _as_speaker(since[0].person), gender
        for occurrence in named:
            if occurrence.leads:
                return _as_speaker(occurrence.person), gender
        if named:
            return _as_speaker(named[0].person), gender
        for spoken in reversed(self.spoken):
            if spoken.gender == gender:
                return spoken.speaker, gender
        return None, gender

    def _resolve_relative(self, at: int) -> tuple[Speaker | None, str]:
        nearest = self.index.before(at, 200)
        if nearest:
            return _as_speaker(nearest[0].person), nearest[0].person.gender
        return None, "-"

    def _resolve_phrase(self, start: int, head_end: int, phrase: str) -> tuple[Speaker | None, str]:
        head = self.text[start:head_end]
        runs = [(m.start(), m.end(), self.reader.read(m.group())) for m in self.reader.pattern.finditer(head)]
        last = runs[-1] if runs else None
        words = _WORD.findall(head)
        if last and last[2] and last[1] >= len(head.rstrip(" .,")) and last[2].kind != "place":
            name = last[2]
            return self._named(name, start, head, last[0])
        role = words[-1].lower() if words else ""
        gender = self.language.roles.get(role, "-")
        person = self._holder(head, role, start)
        if person:
            return _as_speaker(person), person.gender
        clean = " ".join(phrase.split())
        return Speaker(clean, "unnamed"), gender

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
        """The one person named with this title before: "the senator" after "Senator Jane Doe"."""
        if not head.lower().startswith("the ") or role not in self.language.roles:
            return None
        seen: dict[str, Person] = {}
        for occurrence in self.index.before(at, len(self.text)):
            if role in occurrence.person.roles:
                seen.setdefault(occurrence.person.name, occurrence.person)
        return next(iter(seen.values())) if seen else None


def _as_speaker(person: Person) -> Speaker:
    return Speaker(person.name, "organisation" if person.kind == "organisation" else "person")
