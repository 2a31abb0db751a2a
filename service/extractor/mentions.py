"""Finds the noun phrases that can be a speaker, before and after a cue.

Known limitations:
1. A subject that stands more than four commas before its verb is not found.
2. A phrase keeps its first noun as its head: "the wife of the mayor" is the wife.
"""

import regex

from service.extractor.record import record
from service.extractor.tokens import SENTENCE_REACH, Shape

NOUN_PHRASE = "(?:[dq]*(?:[jnCrus#]|z(?=[nru]))*[Crnu]|d?q)"
_TAIL = f"(?:(?:[fo]|&){NOUN_PHRASE})*"
ASIDE = r"""(?:
      (?:,[^,.?;:]+){1,4}?,          # ", a doctor who ..., "
    | ,\#                             # ", 52"
    | \([^().?Q]{1,40}\),?            # "(R., Ky.)"
    | ,~,?                            # ", R-Ky.,"
    | -[^-.?Q]{1,60}-                 # " - a doctor - "
    | [wt][^,.?;:Q]{0,20}?[VBMLKRvba][^,.?;:Q]{0,20}?(?<![PE])   # "who was there"
)"""
GAP = r"(?:[aDbs]|[fo]?[dj]?Y+\#?)*"
ADVERBS = r"(?:D|[fo]?[dj]?Y+\#?)*"

_BEFORE = regex.compile(
    rf"(?r)(?P<head>[PEw]|{NOUN_PHRASE})(?P<tail>{_TAIL})(?P<aside>{ASIDE}{{1,2}})?(?P<gap>{GAP})",
    regex.VERBOSE,
)
_PHRASE = regex.compile(rf"(?r){NOUN_PHRASE}")
_AFTER = regex.compile(
    rf"{ADVERBS}(?P<head>P|v?{NOUN_PHRASE})(?P<tail>(?:[fox&]{NOUN_PHRASE})*)(?P<next>.?)", regex.VERBOSE
)
_PAIR = regex.compile(
    rf"(?P<head>[PE]|{NOUN_PHRASE})(?P<tail>{_TAIL})(?P<aside>{ASIDE})?(?P<gap>{GAP})(?P<verb>[VBMLKRvba])",
    regex.VERBOSE,
)
_FINITE = frozenset("VBMLKRvba")
_ENDS_SUBJECT = frozenset(",.?;:(-wfoyxAQ&cD~)vz")


@record
class Subject:
    """Token range of a mention; `head_end` ends its first noun phrase: "a spokesman" | "for the mayor"."""

    start: int
    end: int
    head_end: int


def subject_before(shape: Shape, verb: int, sentence: int) -> Subject | None:
    """The noun phrase whose verb stands at token `verb`, in the sentence that begins at token `sentence`."""
    match = _BEFORE.match(shape.tags, sentence, verb)
    return _to_subject(shape, match, sentence) if match else None


def phrase_before(shape: Shape, at: int, sentence: int) -> Subject | None:
    """The noun phrase that ends right before token `at`, whatever governs it."""
    match = _PHRASE.match(shape.tags, sentence, at)
    return Subject(match.start(), match.end(), match.end()) if match else None


def _to_subject(shape: Shape, match: "regex.Match[str]", sentence: int) -> Subject | None:
    """The phrase of a match, or the one further left that it is only a part of."""
    tags = shape.tags
    start, head_end = match.span("head")
    end = match.end("tail")
    before = tags[start - 1] if start > sentence else ""
    if before == "w" and tags[start] in "nru":
        return subject_before(shape, start - (2 if tags[start - 2 : start - 1] == "," else 1), sentence)
    if before == "," and match["aside"] and (named := _named_before(shape, start, sentence)):
        return named
    if before in ("f", "o", "y"):
        if outer := _outer_phrase(shape, start, sentence, bool(match["aside"])):
            return outer
        if end > head_end:
            start = max(tags.rfind(mark, head_end, end) for mark in "fo&") + 1
            head_end = end
    return _trim(tags, start, end, min(head_end, end))


def _named_before(shape: Shape, start: int, sentence: int) -> Subject | None:
    """The name that a phrase behind a comma describes: "Jane Doe, a doctor in Leeds, who ..., said"."""
    tags = shape.tags
    if tags[start] not in "dr#j" or start - 2 < sentence or tags[start - 2] not in "C~":
        return None
    named = subject_before(shape, start - 1, sentence)
    if named is None or tags[named.head_end - 1] != "C":
        return None
    return None if tags[named.start - 1 : named.start] in ("f", "o", "x") else named


def _outer_phrase(shape: Shape, start: int, sentence: int, aside: bool) -> Subject | None:
    """The phrase that a prepositional one at `start` hangs on: "Jane Doe, from Leeds, said"."""
    tags = shape.tags
    comma = tags.rfind(",", sentence, start) if aside else -1
    if comma > sentence:
        outer = subject_before(shape, comma, sentence)
        if outer and outer.end == comma and tags[outer.head_end - 1] in "CP":
            return outer
    if start - 2 > sentence and tags[start - 2] in ",abD":
        return subject_before(shape, start - 2 if tags[start - 2] == "," else start - 1, sentence)
    return None


def _trim(tags: str, start: int, end: int, head_end: int) -> Subject | None:
    """Drop what is no part of a phrase at its front: a possessive without its owner, an ordinal."""
    while start < head_end and tags[start] == "s":
        start += 1
    return Subject(start, end, head_end) if start < head_end else None


def subject_after(shape: Shape, verb: int, *, clause: bool = False) -> Subject | None:
    """The noun phrase behind an inverted verb ("said Jane Doe"); none where a clause begins."""
    match = _AFTER.match(shape.tags, verb + 1, verb + SENTENCE_REACH)
    if not match or (not clause and not (match["next"] == "" or match["next"] in _ENDS_SUBJECT)):
        return None
    start, head_end = match.span("head")
    return _trim(shape.tags, start, match.end("tail"), head_end)


def clause_subject(shape: Shape, at: int, sentence: int) -> Subject | None:
    """The subject that governs a gerund or a second verb behind token `at`: the last one of a main clause."""
    fallback = None
    tags = shape.tags
    for verb in range(at, sentence - 1, -1):
        if tags[verb] not in _FINITE:
            continue
        subject = subject_before(shape, verb, sentence)
        if subject is None:
            continue
        fallback = subject
        before = tags[subject.start - 1] if subject.start > sentence else ""
        if not before or not (before in "cwtVHLKfyxz" or (before in "oA" and tags[subject.start - 2] != ",")):
            return subject
    return fallback


def nearest_subject(shape: Shape, at: int, sentence: int, verbs: str) -> Subject | None:
    """The subject of the nearest of the given verbs up to token `at`."""
    for verb in range(at, sentence - 1, -1):
        if shape.tags[verb] in verbs:
            subject = subject_before(shape, verb, sentence)
            if subject:
                return subject
    return None


def main_subjects(shape: Shape, start: int, end: int) -> list[Subject]:
    """The subjects of the main clauses among tokens `start` to `end` of a sentence, the leading one first."""
    tags = shape.tags
    leading: list[Subject] = []
    subordinate: list[Subject] = []
    for verb in range(start, end):
        if tags[verb] not in _FINITE:
            continue
        subject = subject_before(shape, verb, start) or (
            subject_after(shape, verb) if tags[verb] == "V" else None
        )
        if subject is None or tags[subject.start] == "w":
            continue
        before = tags[subject.start - 1 : subject.start]
        if subject.start == start or before not in ("c", "w", "t", "f"):
            leading.append(subject)
        else:
            subordinate.append(subject)
    if not leading:
        return subordinate[:1]
    first = min(leading, key=lambda subject: subject.start)
    return [first, *(s for s in leading if s.start > first.end and tags[s.start - 1] == "&")]


def subject_later(shape: Shape, at: int) -> Subject | None:
    """The subject of the main clause behind an opening gerund: "Saying that, Jane Doe left"."""
    comma = shape.tags.find(",", at, at + SENTENCE_REACH)
    match = _PAIR.match(shape.tags, comma + 1, comma + SENTENCE_REACH) if comma >= 0 else None
    return _to_subject(shape, match, comma + 1) if match else None


def trailing_subject(shape: Shape, start: int, end: int) -> Subject | None:
    """Who reports a whole sentence from its end: "..., Jane Doe said on Monday" or "..., said Jane Doe"."""
    tags = shape.tags
    comma = tags.rfind(",", start, end)
    if comma < start:
        return None
    for verb in range(comma + 1, end):
        if tags[verb] == "V":
            subject = (
                subject_after(shape, verb) if verb == comma + 1 else subject_before(shape, verb, comma + 1)
            )
            if subject is None or subject.end > end or tags[subject.end : subject.end + 1] in tuple("vbaVBL"):
                return None
            return subject
    return None
