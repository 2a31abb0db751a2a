"""The forms of reporting verbs, and what each is to the rules."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from service.extractor.tags import VERB_TAGS

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
            self.tags.setdefault(form, "B" if may_be_noun and tag == "V" else tag)

    def phrases(self) -> dict[str, tuple[tuple[str, str], ...]]:
        """What may follow the first word of a verb of several words, the longest first, and their tag."""
        phrases: dict[str, list[tuple[str, str]]] = {}
        for phrase in sorted(self.phrase_tags, key=len, reverse=True):
            rest = "".join(f" {word}" for word in phrase[1:])
            phrases.setdefault(phrase[0], []).append((rest, self.phrase_tags[phrase]))
        return {first: tuple(rest) for first, rest in phrases.items()}


def inflect(verb: str, irregular: Sequence[str] = ()) -> dict[str, str]:
    """Forms of a verb by role; `irregular` is past, participle and gerund.

    A form of two roles keeps the first: past before participle.
    """
    third = _third(verb)
    past, participle, gerund = irregular or _regular(verb, third)
    forms = {past: "past", third: "third"}
    forms.setdefault(participle, "participle")
    forms.setdefault(gerund, "gerund")
    forms.setdefault(verb, "base")
    return forms


def _third(verb: str) -> str:
    if verb.endswith(("s", "x", "z", "ch", "sh", "o")):
        return verb + "es"
    if verb.endswith("y") and verb[-2:-1] not in "aeiou":
        return verb[:-1] + "ies"
    return verb + "s"


def _regular(verb: str, third: str) -> tuple[str, str, str]:
    stem = verb[:-1] if verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")) else verb
    past = verb + "d" if verb.endswith("e") else verb[:-1] + "ied" if third.endswith("ies") else verb + "ed"
    return past, past, stem + "ing"
