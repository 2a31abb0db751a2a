"""The forms of reporting verbs, and what each is to the rules."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from service.extractor.languages.en.morphology import inflect
from service.extractor.tags import SAY, SAY_BASE, VERB_TAGS

VERB_TRUST = ("say", "call", "manner", "think", "document")


@dataclass(slots=True)
class VerbTable:
    """Tags by form, of one word or several; of two verbs that share a form the first added keeps it.

    `ambiguous` are forms that may be nouns too, `tensed` those that are finite wherever they are verbs.
    """

    tags: dict[str, str] = field(default_factory=dict)
    phrase_tags: dict[tuple[str, ...], str] = field(default_factory=dict)
    ambiguous: set[str] = field(default_factory=set)
    tensed: set[str] = field(default_factory=set)

    def add(self, lemma: str, kind: str, irregular: Sequence[str] = (), *, noun: bool = False) -> None:
        """Add every form of a verb; `noun` says that its base form is more often a noun."""
        first, *rest = lemma.split(" ")
        for form, role in inflect(first, irregular).items():
            tag = VERB_TAGS[kind, role]
            if rest:
                self.phrase_tags.setdefault((form, *rest), tag)
                continue
            may_be_noun = noun and role in ("base", "third")
            if (may_be_noun or role == "base") and form not in self.tags:
                self.ambiguous.add(form)
            if role == "third":
                self.tensed.add(form)
            self.tags.setdefault(form, SAY_BASE if may_be_noun and tag == SAY else tag)

    def phrases(self) -> dict[str, tuple[tuple[str, str], ...]]:
        """By its first word, the other words of each verb of several words and its tag, the longest first."""
        phrases: dict[str, list[tuple[str, str]]] = {}
        for phrase in sorted(self.phrase_tags, key=len, reverse=True):
            rest = "".join(f" {word}" for word in phrase[1:])
            phrases.setdefault(phrase[0], []).append((rest, self.phrase_tags[phrase]))
        return {first: tuple(rest) for first, rest in phrases.items()}
