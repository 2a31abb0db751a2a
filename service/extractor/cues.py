"""Finds the words that signal speech, and who is their subject."""

from service.extractor.mentions import (
    Subject,
    clause_subject,
    nearest_subject,
    phrase_before,
    subject_after,
    subject_before,
    subject_later,
)
from service.extractor.record import record
from service.extractor.tokens import Shape


@record
class Cue:
    """A verb of speech at token `at`, with its subject."""

    at: int
    tag: str
    subject: Subject
    passive: bool = False


def cue_at(shape: Shape, at: int, sentence: int) -> Cue | None:
    """Read the verb at a token as a cue: active, passive with "by", gerund, or second verb of its subject."""
    tags = shape.tags
    tag = tags[at]
    back = at - 1
    while back >= sentence and tags[back] in "Da":
        back -= 1
    before = tags[back] if back >= sentence else ""
    if tag in "VLv" and before == "b" and back < at:
        return _passive(shape, at, tag)
    if tag in "Hlmkz" or before in ("x", "&", "y", "o", "f"):
        subject = _owner_of_gerund(shape, at, sentence, before)
        return Cue(at, tag, subject) if subject else None
    if before == "t" and tags[back - 1 : back] in ("n", "u", "r", "C"):
        finite = back == at - 1 and tag in "VLR"
        return Cue(at, tag, Subject(back, back + 1, back + 1)) if finite else None
    if tag == "B" and not _base_is_verb(shape, at, before):
        return None
    subject = subject_before(shape, at, sentence)
    if subject is None and tag == "V" and before == "," and (inverted := inverted_cue(shape, at)):
        return inverted
    if subject is None and before in (",", ""):
        subject = clause_subject(shape, at - 1, sentence)
    if subject and tag == "R" and tags[subject.start] == "P" and tags[at + 1 : at + 2] not in (",", ":"):
        return None
    return Cue(at, tag, subject) if subject else None


def _owner_of_gerund(shape: Shape, at: int, sentence: int, before: str) -> Subject | None:
    """Who does what a gerund or second verb says: "with X saying", "X left, saying", "Saying so, X left"."""
    if before and before in "Cnruq":
        end = at
        while shape.tags[end - 1] in "Da":
            end -= 1
        subject = phrase_before(shape, end, sentence)
        if subject and (before in "Cr" or shape.tags[subject.start - 1 : subject.start] in ("f", ",", "-")):
            return subject
    if before == "x" and (subject := nearest_subject(shape, at - 1, sentence, "VBMLKvba")):
        return subject
    if before == "&" and (subject := nearest_subject(shape, at - 1, sentence, "VML")):
        return subject
    if before == "&" and shape.tags[at] == "H":
        earlier = shape.tags.rfind("H", sentence, at - 1)
        cue = cue_at(shape, earlier, sentence) if earlier >= 0 else None
        if cue:
            return cue.subject
    return clause_subject(shape, at - 1, sentence) or subject_later(shape, at)


def _passive(shape: Shape, at: int, tag: str) -> Cue | None:
    by = shape.tags.find("y", at, at + 12)
    if by < 0:
        return None
    subject = subject_after(shape, by)
    return Cue(at, tag, subject, passive=True) if subject else None


def _base_is_verb(shape: Shape, at: int, before: str) -> bool:
    tags = shape.tags
    after = tags[at + 1 : at + 2]
    if before == "P" or (at and tags[at - 1] == "a"):
        return True
    if before in tuple(")~,-") and after in tuple("nur"):
        return True
    return before in tuple("Crnqu)~,-") and after in ("", *"tQ:,PEd")


def inverted_cue(shape: Shape, at: int) -> Cue | None:
    """The verb at a token with its subject behind it: "said Jane Doe"."""
    subject = subject_after(shape, at)
    return Cue(at, shape.tags[at], subject) if subject else None
