"""The forms of English verbs and nouns."""

from collections.abc import Sequence


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


def plural_of(noun: str) -> str:
    """The regular plural of a noun."""
    if noun.endswith(("s", "x", "z", "ch", "sh")):
        return noun + "es"
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + "s"
