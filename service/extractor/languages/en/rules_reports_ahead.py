"""Rules for indirect speech whose cue stands ahead of its clause."""

from service.extractor import tags as tag
from service.extractor.clauses.subjects import Subject
from service.extractor.languages.en.patterns import PARTS
from service.extractor.rules.report_site import Report, ReportSite
from service.extractor.shapes.patterns import pattern, regex_pattern

_PARTS = PARTS | {
    # "in a letter to the council on Monday"; "to" and a speech act are an answer ("responded to claims that")
    "phrases": """
        (?: <adverbs> (?: <of|preposition|as> <np> | <to> <np> (?<!<document>) ) )*
        <adverbs> (?: <comma> <adverb> <comma> )?
    """,
    "addressee": "<np> (?: <of|preposition> <np> )*+ | <pronoun|determiner>",
    "clause": """
        <clause_word>? <adverb>*
        (?: <pronoun> <^full_stops|comma>                                   # "he would"
          | <it> <finite|possessive|adverb>                                 # "it's"
          | <subject_pronouns> <comma> <^full_stops|comma>+ <comma>         # "she, too, wants"
          | <adverb> <be|auxiliary|possessive>                              # "there is"
          | <np> <subject_pronouns>                                         # "the plan he has would"
          | <gerunds> <^clause_ends|finite>{0,8} <be|auxiliary>             # "running for office is"
          | <np> (?: (?: <links|to>|<gerund> ) <np> )* <aside>?
            <auxiliary|adverb|be|possessive|time>* <finite> )
    """,
}
_THAT = pattern(
    "<adverbs> <phrases> (?: <comma> <^clause_ends>{1,40} <comma> )? <that> (?=<^clause_ends>)", _PARTS
)
_BARE = pattern("<phrases> (?P<clause> <clause> )", _PARTS)
_ANYTHING = pattern("<name|noun|role> <^clause_ends>{2}")
_TOLD = regex_pattern(
    "<adverbs> <addressee> <phrases> (?P<clause> <that> <^clause_ends> | <clause> )", _PARTS
)
_ASKED = regex_pattern(
    """
    <adverbs> (?: <addressee> <phrases> (?=<clause_word>) | <phrases> )
    (?P<question> <clause_word|relative> )
    """,
    _PARTS,
)
_TO = pattern(
    """
    <adverb>*? (?P<clause> <adverb>? <to> <adverb>*
        <^determiner|quantifier|name|pronoun|it|number|time|adjective|clause_ends> )
    """
)
_REQUEST = regex_pattern(
    """
    <adverbs> (?P<clause> <addressee> <to> <adverb>*
        <^determiner|quantifier|name|pronoun|it|number|time|adjective|clause_ends> )
    """,
    _PARTS,
)
_THING = pattern("(?P<clause> <adverb>* <determiner|quantifier|number|adjective|things> )")
_NAMED_BEHIND = pattern("<comma> <says> <determiner>? <name>+ (?: <of> <name>+ )? $")
_DOING = pattern("<adverb>*? (?P<clause> <adverb>? <gerunds|auxiliary> )")
_OWNER = regex_pattern(
    """
    (?: (?P<owner> <np> ) <possessive> | (?<!<heads|passage>) (?P<owner> <determiner> ) )
    <noun_or_adjective|number>*
    """,
    PARTS,
    backwards=True,
)
_CLAIM = pattern("<document> <that> <^clause_ends|finite>")
_CLAIM_ENDS = pattern("<claim_ends>")
_ASIDE_ENDS = pattern("<comma>")
_ENDS = pattern(
    """
      <comma> <adverb>* <saying>                        # "..., adding that"
    | <comma> <preposition|adverb>* <according> <to>    # "..., according to"
    | <comma>? <conjunction> <adverb|pronoun>* <say>    # "... and said"
    | <comma> <conjunction> <^clause_ends>{0,8}? <say>  # "..., but officials said"
    | <comma> <as>                                      # "..., as have others"
    | <comma> <conjunction> <adverb>* <pronoun>         # "..., and she has gone"
    | <comma> <conjunction> <adverb>* <np> <adverb|auxiliary>* <finite>     # "..., and the hall has closed"
    | <comma> <gerund|clause_word>                      # "..., leaving the hall", "..., where he"
    | <colon> <passage>                                 # "...: “We go now.”"
    | <semicolon>
    """,
    PARTS,
)


def name_said_that(site: ReportSite) -> Report | None:
    """Jane Doe said on Monday that the hall would close."""
    reported = site.tags.find(tag.THAT, site.at, site.end) > 0  # found sooner than matched
    match = _THAT.match(site.tags, site.at + 1, site.end) if reported else None
    return _report_from(site, match.end() - 1) if match else None


def name_asked_whether(site: ReportSite) -> Report | None:
    """Jane Doe asked whether the hall would close."""
    match = _ASKED.match(site.tags, site.at + 1, site.end) if "question" in site.takes else None
    if not match:
        return None
    question = match.start("question")
    asks = site.word(question) in site.article.language.settings["asking_words"]
    return _report_from(site, question) if asks else None


def name_told_that(site: ReportSite) -> Report | None:
    """Jane Doe told the council the hall would close."""
    match = _TOLD.match(site.tags, site.at + 1, site.end) if "addressee" in site.takes else None
    return _report_from(site, match.start("clause")) if match else None


def name_said_clause(site: ReportSite) -> Report | None:
    """Jane Doe said the hall would close."""
    if "clause" not in site.takes:
        return None
    match = _BARE.match(site.tags, site.at + 1, site.end)
    if match:
        first = match.start("clause")
        narrows = site.word(first - 1) in site.article.language.settings["narrowing"]  # "saying only she can"
        return _report_from(site, first - 1 if narrows and first - 1 > site.at else first)
    loose = "anything" in site.takes and _ANYTHING.match(site.tags, site.at + 1, site.end)
    return _report_from(site, site.at + 1) if loose else None


def name_promised_to(site: ReportSite) -> Report | None:
    """Jane Doe promised to keep the hall open."""
    match = _TO.match(site.tags, site.at + 1, site.end) if "infinitive" in site.takes else None
    return _report_from(site, match.start("clause")) if match else None


def name_denied_doing(site: ReportSite) -> Report | None:
    """Jane Doe denied closing the hall."""
    match = _DOING.match(site.tags, site.at + 1, site.end) if "gerund" in site.takes else None
    if not match or not site.word(match.end() - 1).endswith("ing"):
        return None
    return _report_from(site, match.start("clause"))


def name_asked_to(site: ReportSite) -> Report | None:
    """Jane Doe asked the council to keep the hall open."""
    match = _REQUEST.match(site.tags, site.at + 1, site.end) if "request" in site.takes else None
    if not match or (site.cue and site.tags[site.cue.subject.start] == tag.IT):
        return None
    return _report_from(site, match.start("clause"))


def name_announced_thing(site: ReportSite) -> Report | None:
    """Jane Doe announced the closure of the hall."""
    if _NAMED_BEHIND.match(site.tags, site.at - 1, site.end):
        return None  # "..., reports the Echo"
    match = _THING.match(site.tags, site.at + 1, site.end) if "object" in site.takes else None
    return _report_from(site, match.start("clause")) if match else None


def name_claim_that(site: ReportSite) -> Report | None:
    """Jane Doe's claim that the hall would close was denied."""
    if site.tags[site.at] != tag.DOCUMENT or not _CLAIM.match(site.tags, site.at, site.end):
        return None
    match = _OWNER.match(site.tags, site.start, site.at)
    if not match:
        return None
    first, last = match.span("owner")
    pronouns = site.article.language.pronoun_gender
    if (
        match.end("owner") == first + 1
        and site.tags[first] == tag.DETERMINER
        and site.word(first) not in pronouns
    ):
        return None
    end = _CLAIM_ENDS.search(site.tags, site.at + 2, site.end)
    return site.report(Subject(first, last, last), (site.at + 1, end.start() if end else site.end))


def _report_from(site: ReportSite, first: int) -> Report | None:
    """A report that goes on to the end of its sentence, or to the next verb of saying of its subject."""
    if (
        site.cue is None
        or site.cue.passive
        or site.cue.subject.start > site.at
        or _shows(site, site.cue.subject)
    ):
        return None
    ends = _ASIDE_ENDS if _is_aside(site, site.cue.subject) else _ENDS
    end = ends.search(site.tags, first, site.end)
    return site.report(site.cue.subject, (first, end.start() if end else site.end))


def _shows(site: ReportSite, subject: Subject) -> bool:
    """Whether a thing shows what no thing can say: "the weather suggested that"."""
    settings = site.article.language.settings
    if site.word(site.at) not in settings["showing"] or site.tags[subject.head_end - 1] != tag.NOUN:
        return False
    head = site.word(subject.head_end - 1)
    return head not in settings["bodies"] and head not in settings["plurals"]


def _is_aside(site: ReportSite, subject: Subject) -> bool:
    """Whether it is a relative or subordinate clause, which a comma ends: "While she says ..., he"."""
    first, tags = subject.start, site.tags
    if tags[first] in tag.RELATIVES:
        return True
    opened = tags[first - 1 : first] in tag.ASIDE_OPENERS
    return opened and (first - 1 == site.start or tags[first - 2] in tag.COMMA_OR_AND)
