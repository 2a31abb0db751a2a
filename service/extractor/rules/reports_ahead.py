"""Rules for indirect speech whose cue stands ahead of its clause."""

import regex

from service.extractor.mentions import ADVERBS, ASIDE, NOUN_PHRASE, Subject
from service.extractor.rules.report_site import Report, ReportSite

# "in a letter to the council on Monday"; "to" and a speech act are an answer ("responded to claims that").
_PHRASES = rf"(?:{ADVERBS}(?:[foA]{NOUN_PHRASE}|x{NOUN_PHRASE}(?<!u)))*{ADVERBS}(?:,D,)?"
_ADDRESSEE = rf"(?:{NOUN_PHRASE}(?:[fo]{NOUN_PHRASE})*+|[Pd])"
_CLAUSE = rf"""(?:
    c?D*(?:
        P[^.?,] | E[VBMLKRvbasD] | [PE],[^.?,]+,                # "he would", "it's", "she, too, wants"
      | D[ba]                                                   # "there is"
      | {NOUN_PHRASE}P                                          # "the plan he has would"
      | {NOUN_PHRASE}(?:(?:[fox]|&){NOUN_PHRASE})*{ASIDE}?(?:[aDbs]|Y)*[VBMLKRbav]
    )
)"""
_THAT = regex.compile(rf"{ADVERBS}{_PHRASES}(?:,[^,.?;:]{{1,40}},)?t(?=[^.?,;:])")
_BARE = regex.compile(rf"{_PHRASES}(?P<clause>{_CLAUSE})", regex.VERBOSE)
_ANYTHING = regex.compile(r"[Cnr][^.?,;:]{2}")
_TOLD = regex.compile(rf"{ADVERBS}{_ADDRESSEE}{_PHRASES}(?P<clause>t[^.?,;:]|{_CLAUSE})", regex.VERBOSE)
_ASKED = regex.compile(rf"{ADVERBS}(?:{_ADDRESSEE}{_PHRASES}(?=c)|{_PHRASES})(?P<question>[cw])")
_TO = regex.compile(r"D*?(?P<clause>D?xD*[^dqCPE#Yj.?,;:])")
_DOING = regex.compile(r"D*?(?P<clause>D?[zHlmka])")
_OWNER = regex.compile(rf"(?r)(?:(?P<owner>{NOUN_PHRASE})s|(?<![CnruQ])(?P<owner>d))[jn#]*")
_CLAIM = regex.compile("ut[^.?,;:VBMLKRvba]")
_CLAIM_ENDS = regex.compile("[,;:-]")
_ASIDE_ENDS = regex.compile(",")
_ENDS = regex.compile(
    r"""
      ,D*H                      # "..., adding that"
    | ,[oD]*Wx                  # "..., according to"
    | ,?&[DP]*V                 # "... and said"
    | ,&[^,.?;:]{0,8}?V         # "..., but officials said"
    | ,A                        # "..., as have others"
    | :Q                        # "...: “We go now.”"
    | ;
    """,
    regex.VERBOSE,
)


def name_said_that(site: ReportSite) -> Report | None:
    """Jane Doe said on Monday that the hall would close."""
    reported = site.tags.find("t", site.at, site.end) > 0  # found sooner than matched
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
        return _report_from(site, match.start("clause"))
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


def name_claim_that(site: ReportSite) -> Report | None:
    """Jane Doe's claim that the hall would close was denied."""
    if site.tags[site.at] != "u" or not _CLAIM.match(site.tags, site.at, site.end):
        return None
    match = _OWNER.match(site.tags, site.start, site.at)
    if not match:
        return None
    first, last = match.span("owner")
    pronouns = site.article.language.pronoun_gender
    if match.end("owner") == first + 1 and site.tags[first] == "d" and site.word(first) not in pronouns:
        return None
    end = _CLAIM_ENDS.search(site.tags, site.at + 2, site.end)
    return site.report(Subject(first, last, last), (site.at + 1, end.start() if end else site.end))


def _report_from(site: ReportSite, first: int) -> Report | None:
    """A report that goes on to the end of its sentence, or to the next verb of saying of its subject."""
    if site.cue is None or site.cue.passive or site.cue.subject.start > site.at:
        return None
    ends = _ASIDE_ENDS if _is_aside(site, site.cue.subject) else _ENDS
    end = ends.search(site.tags, first, site.end)
    return site.report(site.cue.subject, (first, end.start() if end else site.end))


def _is_aside(site: ReportSite, subject: Subject) -> bool:
    """Whether it is a relative or subordinate clause, which a comma ends: "While she says ..., he"."""
    first, tags = subject.start, site.tags
    if tags[first] in "wt":
        return True
    return tags[first - 1 : first] in ("c", "A", "w") and (first - 1 == site.start or tags[first - 2] in ",&")
