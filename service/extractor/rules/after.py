"""Rules for a cue that stands after its quotation."""

from itertools import islice

from service.extractor import tags as tag
from service.extractor.article import Attribution
from service.extractor.clauses.cues import Cue, cue_at, inverted_cue
from service.extractor.clauses.subjects import Subject
from service.extractor.languages.en.patterns import PARTS
from service.extractor.rules.quote_site import Site
from service.extractor.shapes.patterns import pattern
from service.extractor.shapes.shape import SENTENCE_REACH

# How many commas behind a passage are tried: what keeps a sentence of nothing but passages fast.
_COMMAS_AHEAD = 16
_LEAD_REACH = 40
_CUE_NAME = pattern("<comma|full_stops>? <dash>? <adverb>* (?P<cue> <says|manner|call|read> )")
_NAME_CUE = pattern(
    """
    (?P<stop> <comma|full_stops>? ) <dash>? <adverb|preposition|as>*
    (?P<head> <pronouns>|<np> ) <tail>
    (?P<aside> <aside> )?? (?P<comma> <comma> )? <gap>
    (?P<cue> <says|manner|call|read|thinks> )
    """,
    PARTS,
)
_REPLY_CAME = pattern(
    """
    <comma|full_stops>? <dash>? (?P<verb> <^clause_ends|passage> ) <determiner|adjective>*
    (?P<noun> <^clause_ends|passage> ) (?: <of> (?P<who> <np> ) )?
    """,
    PARTS,
)
_TRAILING = pattern("(?P<comma> <comma_or_dash> ) (?P<rest> <^passage>* )")


def quote_cue_name(site: Site) -> Attribution | None:
    """“We will not move,” said Jane Doe."""
    match = _CUE_NAME.match(site.tags, site.at + 1, site.at + SENTENCE_REACH)
    if not match or match.group().startswith(tag.STOP):
        return None
    at = match.start("cue")
    if _has_listener(site, at):
        return Attribution(None) if site.at == site.start and site.is_sentence() else None
    if site.tags[at] == tag.CALL and site.at > site.start:
        return None  # "Doe, who has called it “absurd,” portrayed Roe as a clown"
    cue = inverted_cue(site.shape, at)
    if cue and site.at > site.start and _urges(site, cue):
        return None
    if cue is None or (
        at == site.at + 1 and site.tags[cue.subject.start] not in tag.NAMED and not site.is_sentence()
    ):
        return None
    return site.attribute(cue)


def quote_name_cue(site: Site) -> Attribution | None:
    """“We will not move,” Jane Doe said."""
    match = _NAME_CUE.match(site.tags, site.at + 1, site.at + SENTENCE_REACH)
    if not match:
        return None
    at = match.start("cue")
    if match["stop"] in tag.FULL_STOPS and not _closes_sentence(site, at, match["stop"]):
        return None
    start, head_end = match.span("head")
    if match["stop"] == "" and (
        site.tags[start - 1] in tag.PREPOSITION_OR_AS
        or site.tags[start] in tag.NOT_A_NAME
        or site.tags[start] == tag.RELATIVE
    ):
        return None
    if site.tags[start] == tag.GERUND or _is_within(site, match["stop"], at):
        return None
    if match["comma"]:
        odd = match["stop"] == tag.COMMA and site.tags[head_end - 1] in tag.SPEAKERS
        return site.attribute(Cue(at, site.tags[at], Subject(start, head_end, head_end))) if odd else None
    cue = cue_at(site.shape, at, site.at + 1)
    named = site.tags[head_end - 1] == tag.NAME and match["aside"] and match["aside"][0] == tag.COMMA
    if cue is None or (named and cue.subject.start > head_end):
        # "Jane Doe, secretary for trade, refugees, and work, said"
        cue = Cue(at, site.tags[at], Subject(start, head_end, head_end))
    return site.attribute(cue)


def _has_listener(site: Site, at: int) -> bool:
    """Whether a verb is one before whom somebody speaks to: "told the Echo", and no subject is there."""
    return site.word(at).lower() in site.article.language.settings["telling"]


def _urges(site: Site, cue: Cue) -> bool:
    """Whether behind a verb stands its listener, who is to do something: "“...,” urges Jane Doe to go"."""
    to = site.tags[cue.subject.end : cue.subject.end + 1] == tag.TO
    return to and site.word(cue.at).lower() in site.article.language.settings["addressing"]


def _is_within(site: Site, stop: str, at: int) -> bool:
    """Whether the words before a passage say whose it is, and the sentence goes on without it."""
    tags = site.tags
    if site.at == site.start:
        return False
    if stop == "":
        # "the “terrible fear” some people feel"
        return tags[at] in tag.THINKS and tags[site.at - 1] == tag.DETERMINER
    if stop != tag.COMMA:
        return False
    if tags[site.at - 1] in tag.CALLS:
        # "what Doe calls “the old way,” the club asked"
        return cue_at(site.shape, site.at - 1, site.start) is not None
    return _is_fronted(site)


def _is_fronted(site: Site) -> bool:
    """Whether somebody speaks in a clause that opens the sentence: "When Doe called it “over,” Roe left"."""
    tags, first = site.tags, site.start
    if tags[site.at - 1] in tag.COMMA_OR_COLON:
        return False
    fronting = site.article.language.settings["fronting"]
    while site.word(first).lower() not in fronting:
        if tags[first] not in tag.BEFORE_FRONTED:
            return False
        first += 1
    for verb in range(site.at - 1, first, -1):
        if tags[verb] == tag.COMMA:
            return False
        if tags[verb] == tag.SAY:
            return cue_at(site.shape, verb, first + 1) is not None
    return False


def reply_came(site: Site) -> Attribution | None:
    """“We will not move,” came the reply from Jane Doe."""
    match = _REPLY_CAME.match(site.tags, site.at + 1, site.at + SENTENCE_REACH)
    settings = site.article.language.settings
    if not match or site.at > site.start or not site.is_sentence():
        return None
    if site.word(match.start("verb")) not in settings["arriving"]:
        return None
    if site.word(match.start("noun")) not in settings["replies"]:
        return None
    who = match.span("who")
    if not match["who"]:
        return Attribution(None)
    return site.attribute(Cue(match.start("noun"), site.tags[match.start("noun")], Subject(*who, who[1])))


def _closes_sentence(site: Site, at: int, stop: str) -> bool:
    """Whether a verb behind a full stop belongs to the quotation before it, not to a sentence of its own."""
    after = site.tags[at + 1 : at + 2]
    settings = site.article.language.settings
    verb = site.word(at).lower()
    if verb in settings["gestures"] or _is_led_in(site):
        return False
    if stop == tag.STOP and (verb not in settings["need_words"] or _has_cue(site)):
        return False
    if stop == tag.POSSIBLE_STOP:
        if after == tag.CLAUSE_WORD and site.word(at + 1) in site.article.language.settings["question_words"]:
            return False
        pronoun_follows = site.tags[at] == tag.SAY and after in tag.SUBJECT_PRONOUNS
        return after not in tag.SENTENCE_GOES_ON and not pronoun_follows
    return not after or after == tag.STOP or after == tag.OTHER


def _is_led_in(site: Site) -> bool:
    """Whether a verb of saying and a stop lead into the passage, or the verb alone: Doe said: “...”"""
    tags, at = site.tags, site.at
    if tags[at - 1 : at] in tag.SAYINGS and at > site.start:
        return True
    return tags[at - 1 : at] in tag.COMMA_OR_COLON and _reports(site)


def _has_cue(site: Site) -> bool:
    """Whether the passage has a cue without the sentence behind it: ahead of it, or of the half before it."""
    before = site.index - 1
    if _reports(site):
        return True
    if site.at > site.start or before not in site.shape.token_of:
        return False
    return site.article.found[before] is not None


def _reports(site: Site) -> bool:
    """Whether the sentence has reported something before the passage."""
    before = site.tags[max(site.start, site.at - _LEAD_REACH) : site.at]
    return any(token in tag.SAYINGS for token in before) or tag.ACCORDING in before


def clause_name_cue(site: Site) -> Attribution | None:
    """The plan was “a joke” from the start, Jane Doe said."""
    tags = site.tags
    for match in islice(_TRAILING.finditer(tags, site.at + 1, site.end), _COMMAS_AHEAD):
        begin = match.start("rest")
        for at in range(begin, match.end()):
            if tags[at] not in tag.SAYS:
                continue
            cue = _trailing_cue(site, at, begin)
            if cue:
                return site.attribute(cue)
    return None


def _trailing_cue(site: Site, at: int, begin: int) -> Cue | None:
    """A verb near the end of the sentence whose subject begins right after a comma, or follows the verb."""
    tags = site.tags
    if tags[at - 1] in tag.COMMA_OR_DASH:
        return None if _has_listener(site, at) else inverted_cue(site.shape, at)
    cue = cue_at(site.shape, at, begin)
    if cue is None or cue.passive or tags[at + 1 : at + 2] in tag.THAT_OR_COLON:
        return None
    first = cue.subject.start
    and_follows = tags[first - 2 : first] == tag.COMMA + tag.CONJUNCTION
    return cue if and_follows or tags[first - 1] in tag.COMMA_OR_DASH else None
