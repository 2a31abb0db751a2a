"""Attribution rules.  `RULES` is their order of trust: the first that answers decides.

`REPORT_RULES` is that of the rules for indirect speech.
"""

from collections.abc import Callable
from dataclasses import replace

from service.extractor.article import Attribution, ParsedArticle
from service.extractor.checkpoint import pass_checkpoint
from service.extractor.languages.en import rules_of_quotes as of_quotes
from service.extractor.languages.en import rules_reports_ahead as reports_ahead
from service.extractor.languages.en import rules_reports_behind as reports_behind
from service.extractor.rules import after, before, neighbours, paragraphs, turns
from service.extractor.rules.quote_site import Site, is_thing
from service.extractor.rules.report_site import Report, ReportSite
from service.extractor.rules.silence import reason_for_silence
from service.extractor.tags import NAME

Rule = Callable[[Site], Attribution | None]
ReportRule = Callable[[ReportSite], Report | None]

TURN_RULES: tuple[Rule, ...] = (turns.turn,)
LOCAL_RULES: tuple[Rule, ...] = (
    after.quote_cue_name,
    after.quote_name_cue,
    after.reply_came,
    before.cue_name_quote,
    before.interview_turn,
    before.dash_name_quote,
    before.name_cue_quote,
    before.manner_before,
    of_quotes.passive_by,
    of_quotes.claim_that,
    before.call_fragment,
    neighbours.split_quote,
    before.reported_clause,
    of_quotes.according_to,
    after.clause_name_cue,
    before.name_colon_quote,
    of_quotes.noun_cue,
    before.thought_fragment,
    neighbours.same_sentence,
    paragraphs.byline,
    paragraphs.name_above,
    paragraphs.introduced,
)
CONTEXT_RULES: tuple[Rule, ...] = (
    neighbours.same_paragraph,
    neighbours.same_paragraph_before,
    paragraphs.exchange,
    paragraphs.carried_on,
    paragraphs.after_report,
    paragraphs.subject_before_quote,
    paragraphs.answered,
    paragraphs.subject_after_quote,
    paragraphs.unattributed,
)
REPORT_RULES: tuple[ReportRule, ...] = (
    reports_ahead.name_said_that,
    reports_ahead.name_asked_whether,
    reports_ahead.name_told_that,
    reports_ahead.name_said_clause,
    reports_ahead.name_promised_to,
    reports_ahead.name_denied_doing,
    reports_ahead.name_asked_to,
    reports_ahead.name_claim_that,
    reports_behind.clause_according_to,
    reports_behind.as_name_said,
    reports_behind.clause_name_said,
    reports_ahead.name_announced_thing,
)
RULES = TURN_RULES + LOCAL_RULES + CONTEXT_RULES
EVERY_RULE: tuple[Rule | ReportRule, ...] = RULES + REPORT_RULES


def example_of(rule: Rule | ReportRule) -> str:
    """The example of a rule: the first line of its docstring."""
    return (rule.__doc__ or "").partition("\n")[0]


def attribute(article: ParsedArticle) -> None:
    """Fill `article.found`, one answer or None a passage: by its sentence, then by its neighbours."""
    sites = [_site(article, index) for index in range(len(article.passages))]
    _silence(article, sites)
    sites = [_renew(site) for site in sites if site.index not in article.silent]
    for site in sites:
        rules = TURN_RULES if site.index in article.turns else LOCAL_RULES
        article.found[site.index] = _first(rules, site)
    _spread(article)
    for site in sites:
        if article.found[site.index] is None:
            article.found[site.index] = _first(CONTEXT_RULES, site)
    _spread(article)


def _silence(article: ParsedArticle, sites: list[Site]) -> None:
    """Note the passages that are no speech, and let each stand as a name in the shape of its sentence."""
    silent: dict[int, list[int]] = {}
    for site in sites:
        reason = None if site.index in article.turns else reason_for_silence(site)
        if reason:
            article.silent[site.index] = reason
            silent.setdefault(site.passage.paragraph, []).append(site.at)
    for paragraph, tokens in silent.items():
        shape = article.shapes[paragraph]
        tags = list(shape.tags)
        for token in tokens:
            tags[token] = NAME
        article.shapes[paragraph] = replace(shape, tags="".join(tags))


def _spread(article: ParsedArticle) -> None:
    """A quotation over several paragraphs has one speaker, wherever among them the article names him."""
    for index in range(len(article.passages) - 2, -1, -1):
        here, later, passage = article.found[index], article.found[index + 1], article.passages[index]
        if not passage.continues or not later or not later.mention or (here and here.mention):
            continue
        if later.mention[1] <= passage.start or passage.end <= later.mention[0]:
            article.found[index] = replace(later, source=index + 1, joined=False)
            article.found[index + 1] = replace(later, source=index, joined=True)


def _first(rules: tuple[Rule, ...], site: Site) -> Attribution | None:
    for rule in rules:
        answer = rule(site)
        if answer and not (answer.mention and is_thing(site.article, *answer.mention)):
            return answer.decided(rule.__name__, site.index)
    return None


def _renew(site: Site) -> Site:
    """The same site, on the shape that its paragraph has now."""
    unchanged = site.article.shapes[site.passage.paragraph] is site.shape
    return site if unchanged else _site(site.article, site.index)


def _site(article: ParsedArticle, index: int) -> Site:
    pass_checkpoint()
    passage = article.passages[index]
    shape = article.shapes[passage.paragraph]
    at = shape.token_of[index]
    start, end = shape.sentence(at)
    return Site(article, index, passage, shape, shape.tags, at, start, end)
