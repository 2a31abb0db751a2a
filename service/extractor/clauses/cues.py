"""Finds the words that signal speech, and who is their subject."""

from service.extractor import tags as tag
from service.extractor.clauses.subjects import (
    Subject,
    clause_subject,
    nearest_subject,
    phrase_before,
    subject_after,
    subject_before,
    subject_later,
)
from service.extractor.languages.en.patterns import PARTS
from service.extractor.record import record
from service.extractor.shapes.patterns import pattern, regex_pattern
from service.extractor.shapes.shape import Shape

_AS_SAYING = tag.AS + tag.SAYING
_RELAY_REACH = 16
_RELAYED = pattern("(?P<who> <np>|<pronoun>|<determiner> ) (?: <comma> <np> <comma> )? <as> <saying>", PARTS)
_RELAYED_BACK = regex_pattern(
    "<finite|participles> (?P<who> <np>|<pronoun>|<determiner> ) (?: <comma> <np> <comma> )?",
    PARTS,
    backwards=True,
)
_RELAYED_BY = pattern("(?: <by> <np> )? <as> <saying>", PARTS)


@record
class Cue:
    """A verb of speech at token `at`, with its subject."""

    at: int
    tag: str
    subject: Subject
    passive: bool = False


def cue_at(shape: Shape, at: int, first_token: int) -> Cue | None:
    """Read the verb at a token as a cue: active, passive with "by", gerund, or second verb of its subject."""
    tags = shape.tags
    sort = tags[at]
    back = at - 1
    while back >= first_token and tags[back] in tag.ADVERB_OR_AUXILIARY:
        back -= 1
    before = tags[back] if back >= first_token else ""
    if _AS_SAYING in tags[at + 1 : at + _RELAY_REACH] and (
        relayed := _relayed(shape, at, first_token, before)
    ):
        return Cue(at, sort, relayed)
    if sort in tag.PASSIVES and before == tag.BE and back < at:
        return _passive(shape, at, sort)
    if sort == tag.SAYING and before == tag.AS and (match := _RELAYED_BACK.match(tags, first_token, back)):
        return Cue(at, sort, Subject(*match.span("who"), match.end("who")))
    if before == tag.TO and back == at - 1 and tags[max(first_token, at - 3) : back] == tag.BE + tag.SAY:
        return None  # "staff were told to say"
    if before == tag.TO and back == at - 1 and _is_passive_infinitive(shape, back, first_token):
        return None
    if sort in tag.GERUNDS or before in tag.BORROW_SUBJECT:
        subject = _owner_of_gerund(shape, at, first_token, before)
        return Cue(at, sort, subject) if subject else None
    if before == tag.THAT and tags[back - 1 : back] in tag.HEADS:
        finite = back == at - 1 and sort in tag.REPORT_AFTER_THAT
        return Cue(at, sort, Subject(back, back + 1, back + 1)) if finite else None
    if sort == tag.SAY_BASE and not _base_is_verb(shape, at, before):
        return None
    subject = subject_before(shape, at, first_token)
    if subject is None and sort == tag.SAY and before == tag.COMMA:
        subject = _behind_stray_comma(shape, at, back, first_token)
    if subject is None and sort == tag.SAY and before == tag.COMMA and (inverted := inverted_cue(shape, at)):
        return inverted
    if subject is None and (not before or before == tag.COMMA):
        subject = clause_subject(shape, at - 1, first_token)
    if (
        subject
        and sort == tag.READ
        and tags[subject.start] == tag.PRONOUN
        and tags[at + 1 : at + 2] not in tag.COMMA_OR_COLON
    ):
        return None
    return Cue(at, sort, subject) if subject else None


def _is_passive_infinitive(shape: Shape, to: int, first_token: int) -> bool:
    """Whether an infinitive is said of its subject: "the slump is partly to blame"."""
    at = to - 1
    while at > first_token and shape.tags[at] == tag.ADVERB:
        at -= 1
    return shape.tags[at] == tag.BE and shape.tags[to + 1] in tag.CALLS


def _relayed(shape: Shape, at: int, first_token: int, before: str) -> Subject | None:
    """Whose words a verb relays: "quoted Jane Doe as saying", "Jane Doe was quoted by Roe as saying"."""
    tags = shape.tags
    if before == tag.BE:
        passive = _RELAYED_BY.match(tags, at + 1)
        return subject_before(shape, at, first_token) if passive else None
    match = _RELAYED.match(tags, at + 1)
    if not match:
        return None
    start, end = match.span("who")
    return Subject(start, end, end)


def _behind_stray_comma(shape: Shape, at: int, comma: int, first_token: int) -> Subject | None:
    """The phrase that opens a sentence and has a comma too many behind it: "Jane Doe, told the Echo:"."""
    subject = phrase_before(shape, comma, first_token)
    listener = subject_after(shape, at)
    if subject is None or subject.start > first_token or listener is None:
        return None
    return subject if shape.tags[listener.end : listener.end + 1] == tag.COLON else None


def _owner_of_gerund(shape: Shape, at: int, first_token: int, before: str) -> Subject | None:
    """Who does what a gerund or second verb says: "with X saying", "X left, saying", "Saying so, X left"."""
    if before in tag.PHRASE_ENDS:
        end = at
        while shape.tags[end - 1] in tag.ADVERB_OR_AUXILIARY:
            end -= 1
        subject = _with_owner(shape, phrase_before(shape, end, first_token), first_token)
        governing = shape.tags[subject.start - 1 : subject.start] if subject else ""
        # "sent an email to supporters saying", "wrote a column in the Echo saying"
        aside = governing in tag.TO_OR_PREPOSITION
        if subject and not aside and (before in tag.PERSONS or governing in tag.ABSOLUTE_OPENERS):
            return subject
    if before == tag.TO and (subject := _subject_of_infinitive(shape, at, first_token)):
        return subject
    if before == tag.CONJUNCTION and (
        subject := nearest_subject(shape, at - 1, _main_clause(shape, at, first_token), tag.FINITE_SPEECH)
    ):
        return subject
    if before == tag.CONJUNCTION and shape.tags[at] == tag.SAYING:
        earlier = shape.tags.rfind(tag.SAYING, first_token, at - 1)
        cue = cue_at(shape, earlier, first_token) if earlier >= 0 else None
        if cue:
            return cue.subject
    return clause_subject(shape, at - 1, first_token) or subject_later(shape, at)


def _with_owner(shape: Shape, phrase: Subject | None, first_token: int) -> Subject | None:
    """A phrase with that before it whose it is, behind "with": "with | the Union of Teachers | calling"."""
    if phrase is None or shape.tags[phrase.start - 1 : phrase.start] != tag.OF:
        return phrase
    outer = phrase_before(shape, phrase.start - 1, first_token)
    if outer is None or shape.tags[outer.start - 1 : outer.start] != tag.OF:
        return phrase
    return Subject(outer.start, phrase.end, outer.head_end)


def _main_clause(shape: Shape, at: int, first_token: int) -> int:
    """Where the main clause begins behind another: "As they began to sing, | Doe rose and said"."""
    tags = shape.tags
    if tags[first_token] not in tag.FRONTING:
        return first_token
    comma = tags.find(tag.COMMA, first_token, at)
    goes_on = comma >= 0 and any(each in tag.FINITE for each in tags[comma:at])
    return comma + 1 if goes_on else first_token


def _subject_of_infinitive(shape: Shape, at: int, first_token: int) -> Subject | None:
    """Who does what an infinitive says: "X went to say", "X left, using it to say", "with X going to say"."""
    tags = shape.tags
    for verb in range(at - 2, first_token, -1):
        if tags[verb] in tag.FINITE_OF_PEOPLE:
            break
        if tags[verb] != tag.GERUND:
            continue
        if tags[verb - 1] == tag.COMMA:
            return clause_subject(shape, verb - 1, first_token)
        subject = phrase_before(shape, verb, first_token)
        opener = tags[subject.start - 1 : subject.start] if subject else ""
        if subject and opener in tag.ABSOLUTE_OPENERS and tags[subject.head_end - 1] in tag.PERSONS:
            return subject
    return nearest_subject(shape, at - 1, first_token, tag.FINITE_OF_PEOPLE)


def _passive(shape: Shape, at: int, sort: str) -> Cue | None:
    by = shape.tags.find(tag.BY, at, at + 12)
    if by < 0:
        return None
    subject = subject_after(shape, by)
    return Cue(at, sort, subject, passive=True) if subject else None


def _base_is_verb(shape: Shape, at: int, before: str) -> bool:
    tags = shape.tags
    after = tags[at + 1 : at + 2]
    if before == tag.PRONOUN or (at and tags[at - 1] == tag.AUXILIARY):
        return True
    if before in tag.ASIDE_ENDS and after in tag.NOUNS:
        return True
    return before in tag.PHRASE_OR_ASIDE_ENDS and (not after or after in tag.REPORT_OPENERS)


def inverted_cue(shape: Shape, at: int) -> Cue | None:
    """The verb at a token with its subject behind it: "said Jane Doe"."""
    subject = subject_after(shape, at)
    return Cue(at, shape.tags[at], subject) if subject else None
