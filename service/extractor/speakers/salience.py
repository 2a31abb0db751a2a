"""Evidence for each person whom a pronoun can mean; `salience.txt` has the weights."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from service.extractor.speakers.discourse import Discourse, Mention, Referent


@dataclass(slots=True)
class Candidate:
    """Somebody whom a pronoun can mean, with what speaks for and against it."""

    referent: Referent
    features: list[str] = field(default_factory=list)
    score: float = 0.0


_REACHES = ("here", "before", "two before", "far")
_FUNCTIONS = (
    "subject", "reporter", "asker", "clause", "possessor", "modifier", "oblique", "told", "asked", "topic",
    "object", "other",
)  # fmt: skip
# What is noted of every mention, put together once.
_FAR = tuple(f"paragraphs {far}" for far in range(4))
_PLACE = {(reach, function): f"{reach} {function}" for reach in _REACHES for function in _FUNCTIONS}
_PLACE |= {(sort, reach): f"{sort} {reach}" for sort in ("subject", "reporter") for reach in _REACHES}
SUBJECTS = frozenset(("subject", "reporter", "asker"))


class Features:
    """Collects candidates while the mentions before a pronoun are walked through, the nearest first."""

    def __init__(self, pronoun: Mention, discourse: Discourse) -> None:
        self.pronoun = pronoun
        self.discourse = discourse
        self.found: dict[str, Candidate] = {}
        self._subject_sentence = -1
        self._opening: str = ""
        self._chained = False
        self._subjects: set[str] = set()
        self._reporters: set[str] = set()

    def add(self, mention: Mention) -> None:
        """Note one more mention, further back than those before."""
        referent, pronoun = mention.referent, self.pronoun
        if referent is None or referent.kind == "organisation":
            return
        if pronoun.gender and referent.gender not in ("-", pronoun.gender):
            return
        away = pronoun.sentence - mention.sentence
        far = self.discourse.distance(mention.paragraph, pronoun.paragraph)
        candidate = self.found.get(referent.name)
        if candidate is None:
            candidate = self.found[referent.name] = Candidate(referent)
            candidate.features += [_FAR[far], _PLACE[_reach(away), mention.function]]
        if far and away == 1 and mention.function in ("asker", "asked", "topic"):
            candidate.features.append(f"{mention.function} paragraph before")
        if mention.function in SUBJECTS:
            self._note_subject(candidate, mention, away, far)
        if mention.form == "pronoun" and mention.gender == pronoun.gender and not self._chained:
            self._chained = True
            candidate.features.append(f"same pronoun {min(far, 1)}")

    def _note_subject(self, candidate: Candidate, mention: Mention, away: int, far: int) -> None:
        name = candidate.referent.name
        if name not in self._subjects:
            self._subjects.add(name)
            candidate.features.append(_PLACE["subject", _reach(away)])
            if len(self._subjects) == 1 or self._subject_sentence == mention.sentence:
                self._subject_sentence = mention.sentence
                candidate.features.append("nearest subject")
        if mention.function == "reporter" and name not in self._reporters:
            self._reporters.add(name)
            candidate.features.append(_PLACE["reporter", _reach(away)])
            if len(self._reporters) == 1:
                candidate.features.append(f"nearest reporter{_sort(candidate.referent)}")
        if far == 0:
            self._opening = name

    def finish(self) -> list[Candidate]:
        """The candidates, with what can be said only when all are known."""
        if len(self.found) < 2:
            return list(self.found.values())
        pronoun = self.pronoun
        self._note_speakers()
        if self._opening:
            self.found[self._opening].features.append("opens paragraph")
        told = self.discourse.told_by(pronoun)
        quoted = self.discourse.named_in_quotes(pronoun.start)
        for candidate in self.found.values():
            referent, features = candidate.referent, candidate.features
            features.append("gender known" if referent.gender == pronoun.gender else "gender unknown")
            if referent.person is None:
                features.append(f"unnamed{_sort(referent)}")
            else:
                features.append(f"kind {referent.person.kind}")
                if referent.person.gender == "-" and referent.person.kind != "person":
                    features.append("unsure")
                if referent.person.key == told:
                    features.append("spoken to")
                if referent.person.key in quoted:
                    features.append("named in quotation")
        return list(self.found.values())

    def _note_speakers(self) -> None:
        """Note who spoke last, and who spoke in this paragraph."""
        pronoun, last = self.pronoun, True
        for start, paragraph in self.discourse.speakers_before(pronoun.start):
            mention = self.discourse.at(start) if start < pronoun.start else None
            if mention is None or mention.referent is None:
                continue
            candidate = self.found.get(mention.referent.name)
            if candidate and "spoke" not in candidate.features:
                far = min(self.discourse.distance(paragraph, pronoun.paragraph), 3)
                candidate.features += ["spoke", f"spoke {far}"]
                if last:
                    candidate.features.append(f"spoke last {min(far, 2)}")
            last = False


def _sort(referent: Referent) -> str:
    """Whether somebody without a name comes in new: "a driver", not "the driver"."""
    if referent.person:
        return ""
    return ", new" if referent.name.split(" ", 1)[0].lower() in ("a", "an", "one", "another") else ", known"


def _reach(sentences: int) -> str:
    return _REACHES[min(sentences, 3)]
