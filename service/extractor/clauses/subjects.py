"""Finds the noun phrases that can be a speaker, before and after a cue.

Known limitations:
1. A subject that stands more than four commas before its verb is not found.
2. A phrase keeps its first noun as its head: "the wife of the mayor" is the wife.
"""

import re

import regex

from service.extractor import tags as tag
from service.extractor.languages.en.patterns import PARTS
from service.extractor.record import record
from service.extractor.shapes.patterns import pattern, regex_pattern
from service.extractor.shapes.shape import SENTENCE_REACH, Shape

_BEFORE = regex_pattern(
    "(?P<head> <pronouns>|<np> ) (?P<tail> <tail> ) (?P<aside> <aside>{1,2} )? (?P<gap> <gap> )",
    PARTS,
    backwards=True,
)
_PHRASE = regex_pattern("<np>", PARTS, backwards=True)
_AFTER = pattern(
    "<adverbs> (?P<head> <pronoun>|<verb>?<np> ) (?P<tail> (?: <links|to> <np> )* ) (?P<next> .? )", PARTS
)
_WHEN = pattern("<determiner>? <time>+ (?P<next> .? )")
_PAIR = pattern(
    "(?P<head> <subject_pronouns>|<np> ) (?P<tail> <tail> ) (?P<aside> <aside> )? <gap> (?P<verb> <finite> )",
    PARTS,
)
_APPOSED = pattern("(?P<head> <name>+ ) <tail>", PARTS)
_NAME_ASIDE = tag.COMMA + tag.NAME
_FINITE = pattern("<finite>")

_GOVERNED = tag.Tags(tag.SUBORDINATORS, tag.PREPOSITION, tag.AS)
_LISTED_AT_MOST = 8
_AGE = tag.COMMA + tag.NUMBER + tag.COMMA


@record
class Subject:
    """Token range of a mention; `head_end` ends its first noun phrase: "a spokesman" | "for the mayor"."""

    start: int
    end: int
    head_end: int


def subject_before(shape: Shape, verb: int, first_token: int) -> Subject | None:
    """The noun phrase whose verb stands at token `verb`, in the sentence that begins at `first_token`."""
    match = _BEFORE.match(shape.tags, first_token, verb)
    return _to_subject(shape, match, first_token) if match else None


def phrase_before(shape: Shape, at: int, first_token: int) -> Subject | None:
    """The noun phrase that ends right before token `at`, whatever governs it."""
    match = _PHRASE.match(shape.tags, first_token, at)
    return Subject(match.start(), match.end(), match.end()) if match else None


def _to_subject(shape: Shape, match: "re.Match[str] | regex.Match[str]", first_token: int) -> Subject | None:
    """The phrase of a match, or the one further left that it is only a part of."""
    tags = shape.tags
    start, head_end = match.span("head")
    end = match.end("tail")
    before = tags[start - 1] if start > first_token else ""
    if before == tag.RELATIVE and tags[start] in tag.NOUNS and tags[head_end - 1] != tag.NAME:
        return subject_before(
            shape, start - (2 if tags[start - 2 : start - 1] == tag.COMMA else 1), first_token
        )
    if before == tag.COMMA and match["aside"] and (named := _named_before(shape, start, first_token)):
        return named
    if before == tag.COMMA and (listed := _list_start(shape, start, match.end("tail"), first_token)):
        return listed
    if (
        before in tag.GERUNDS
        and match["aside"]
        and tags[match.end("tail") : match.end("tail") + 2] == _NAME_ASIDE
    ):
        apposed = _APPOSED.match(tags, match.end("tail") + 1)
        if apposed and tags[start - 2 : start - 1] in tag.PERSONS:
            # "One pastor supporting Roe, Jane Doe of Leeds, said"
            return Subject(apposed.start(), apposed.end(), apposed.end("head"))
    inside = before in tag.PLAIN_VERBS or before == tag.AS
    if match["aside"] and inside and (outer := _outer_phrase(shape, start, first_token)):
        return outer
    if before in tag.PREPOSITIONS:
        if start - 2 >= first_token and _is_share(tags, start):
            return Subject(start - 2, end, start - 1)
        outer = _outer_phrase(shape, start, first_token) if match["aside"] else None
        if outer := outer or _governing_phrase(shape, start, first_token):
            return outer
        if end > head_end:
            start = max(tags.rfind(mark, head_end, end) for mark in tag.LINKS) + 1
            head_end = end
    return _trim(tags, start, end, min(head_end, end))


def _is_share(tags: str, start: int) -> bool:
    """Whether a phrase is what a number before it is a share of: "85% of voters", "four in 10"."""
    if tags[start - 1] == tag.OF:
        return tags[start - 2] == tag.NUMBER
    return tags[start - 2] in tag.QUANTITIES and tags[start] == tag.NUMBER


def _list_start(shape: Shape, start: int, end: int, first_token: int) -> Subject | None:
    """Three or more who speak together, of whom a phrase holds the last two: "Doe, Roe and their staff"."""
    tags = shape.tags
    if tag.CONJUNCTION not in tags[start:end]:
        return None
    first = start
    for _ in range(_LISTED_AT_MOST):
        phrase = phrase_before(shape, first - 1, first_token)
        if phrase is None or (tags[phrase.start] == tag.DETERMINER and tags[phrase.end - 1] == tag.NAME):
            break
        first, head_end = phrase.start, phrase.end
        if first == first_token or tags[first - 1] != tag.COMMA:
            break
    if first == start:
        return None
    if first == first_token or tags[first - 1] in tag.CLAUSE_OPENERS:
        people = set(tags[start:end]) == {tag.NAME, tag.CONJUNCTION}  # each of whom is a speaker
        return None if people else Subject(first, end, head_end)
    if tags[first - 1] in tag.PREPOSITIONS and first - 1 > first_token:
        outer = phrase_before(shape, first - 1, first_token)
        return outer and Subject(outer.start, end, outer.end)
    return None


def _named_before(shape: Shape, start: int, first_token: int) -> Subject | None:
    """The name that a phrase behind a comma describes: "Jane Doe, a doctor in Leeds, who ..., said"."""
    tags = shape.tags
    if tags[start] not in tag.DESCRIPTION_OPENERS:
        return None
    if tags[start - 3 : start] == _AGE:
        start -= 2
    if start - 2 < first_token or tags[start - 2] not in tag.NAME_OR_OTHER:
        return None
    named = subject_before(shape, start - 1, first_token)
    if named is None or tags[named.head_end - 1] != tag.NAME:
        return None
    return None if tags[named.start - 1 : named.start] in tag.OBJECT_OPENERS else named


def _outer_phrase(shape: Shape, start: int, first_token: int) -> Subject | None:
    """Whom the aside that a phrase lies in describes: "Jane Doe, who heads the board, which ..., said"."""
    tags = shape.tags
    comma = tags.rfind(tag.COMMA, first_token, start)
    if comma <= first_token:
        return None
    outer = subject_before(shape, comma, first_token)
    return outer if outer and outer.end == comma and tags[outer.head_end - 1] in tag.NAMED else None


def _governing_phrase(shape: Shape, start: int, first_token: int) -> Subject | None:
    """The phrase that a prepositional one at `start` hangs on: "Jane Doe, from Leeds, said"."""
    tags = shape.tags
    if start - 2 > first_token and tags[start - 2] in tag.LEAD_TO_ADVERBIAL:
        return subject_before(shape, start - 2 if tags[start - 2] == tag.COMMA else start - 1, first_token)
    return None


def _trim(tags: str, start: int, end: int, head_end: int) -> Subject | None:
    """Drop what is no part of a phrase at its front: a possessive without its owner, an ordinal."""
    while start < head_end and tags[start] == tag.POSSESSIVE:
        start += 1
    return Subject(start, end, head_end) if start < head_end else None


def subject_after(shape: Shape, verb: int, *, clause: bool = False) -> Subject | None:
    """The noun phrase behind an inverted verb ("said Jane Doe"); none if a clause begins there."""
    match = _AFTER.match(shape.tags, verb + 1, verb + SENTENCE_REACH)
    if not match:
        return None
    if not clause and not _ends_at(shape.tags, match.end("tail"), match["next"]):
        return None
    start, head_end = match.span("head")
    return _trim(shape.tags, start, match.end("tail"), head_end)


def _ends_at(tags: str, end: int, following: str) -> bool:
    """Whether no clause goes on behind a subject, past a time behind somebody: "said Jane Doe last week"."""
    if following in tag.DETERMINER_OR_TIME and tags[end - 1] in tag.PERSONS:
        when = _WHEN.match(tags, end)
        following = when["next"] if when else following
    return not following or following in tag.END_SUBJECT


def clause_subject(shape: Shape, at: int, first_token: int) -> Subject | None:
    """The subject that governs a gerund or a second verb behind token `at`: the last one of a main clause."""
    fallback = None
    tags = shape.tags
    for verb in range(at, first_token - 1, -1):
        if tags[verb] not in tag.FINITE:
            continue
        subject = subject_before(shape, verb, first_token)
        if subject is None and tags[verb] == tag.SAY and tags[verb - 1 : verb] in tag.COMMA_OR_PASSAGE:
            subject = subject_after(shape, verb)
            if subject and subject.end <= at:
                return subject  # "“...,” said Jane Doe, adding that"
            subject = None
        if subject is None:
            continue
        fallback = subject
        before = tags[subject.start - 1] if subject.start > first_token else ""
        if before in tag.PREPOSITION_OR_AS and tags[subject.start - 2] != tag.COMMA:
            continue
        if before not in tag.OPEN_SUBORDINATE:
            return subject
    return fallback


def nearest_subject(shape: Shape, at: int, first_token: int, verbs: tag.Tags) -> Subject | None:
    """The subject of the nearest of the given verbs up to token `at`."""
    for verb in range(at, first_token - 1, -1):
        if shape.tags[verb] in verbs:
            subject = subject_before(shape, verb, first_token)
            if subject:
                return subject
    return None


def main_subjects(shape: Shape, start: int, end: int) -> list[Subject]:
    """The subjects of the main clauses among tokens `start` to `end` of a sentence, the leading one first."""
    tags = shape.tags
    leading: list[Subject] = []
    subordinate: list[Subject] = []
    wanted_from = start
    for match in _FINITE.finditer(tags, start, end):
        verb = match.start()
        if verb < wanted_from:
            continue
        subject = subject_before(shape, verb, start) or (
            subject_after(shape, verb) if tags[verb] == tag.SAY else None
        )
        if subject is None or tags[subject.start] == tag.RELATIVE:
            continue
        before = tags[subject.start - 1 : subject.start]
        if subject.start == start or before not in _GOVERNED:
            leading.append(subject)
            if subject.start == start == wanted_from:
                # Nothing leads before it, and what else is wanted has a conjunction behind it.
                wanted_from = tags.find(tag.CONJUNCTION, subject.end, end) + 1 or end
        else:
            subordinate.append(subject)
    if not leading:
        return subordinate[:1]
    first = min(leading, key=lambda subject: subject.start)
    return [first, *(s for s in leading if s.start > first.end and tags[s.start - 1] == tag.CONJUNCTION)]


def subject_later(shape: Shape, at: int) -> Subject | None:
    """The subject of the main clause behind an opening gerund: "Saying that, Jane Doe left"."""
    _, end = shape.sentence(at)
    comma = shape.tags.find(tag.COMMA, at, end)
    match = _PAIR.match(shape.tags, comma + 1, end) if comma >= 0 else None
    return _to_subject(shape, match, comma + 1) if match else None


def trailing_subject(shape: Shape, start: int, end: int) -> Subject | None:
    """Who reports a whole sentence from its end: "..., Jane Doe said on Monday" or "..., said Jane Doe"."""
    tags = shape.tags
    comma = tags.rfind(tag.COMMA, start, end)
    if comma < start:
        return None
    for verb in range(comma + 1, end):
        if tags[verb] == tag.SAY:
            if tag.THAT in tags[verb + 1 : end]:
                return None  # ", noting that Doe had reported in June that ..."
            if verb > comma + 1:
                return subject_before(shape, verb, comma + 1)
            subject = subject_after(shape, verb)
            if subject is None or subject.end > end or tags[subject.end : subject.end + 1] in tag.PREDICATES:
                return None
            return subject
    return _described_behind(shape, start, comma)


def _described_behind(shape: Shape, start: int, comma: int) -> Subject | None:
    """Who reports a sentence, where words behind a comma describe him: "..., said Jane Doe, a pilot"."""
    tags = shape.tags
    verb = tags.rfind(tag.SAY, start + 1, comma)
    if verb < 0 or tags[verb - 1] not in tag.COMMA_OR_PASSAGE:
        return None
    subject = subject_after(shape, verb)
    named = subject is not None and tags[subject.head_end - 1] in tag.PERSONS
    return subject if subject and named and tags[subject.end : subject.end + 1] == tag.COMMA else None
