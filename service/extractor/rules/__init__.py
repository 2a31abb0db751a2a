"""Attribution rules.  `RULES` is their order of trust: the first that answers decides.

`REPORT_RULES` is that of the rules for indirect speech.
"""

from collections.abc import Callable
from dataclasses import replace

from service.extractor.checkpoint import pass_checkpoint
from service.extractor.rules import after, before, neighbours, reports_ahead, reports_behind
from service.extractor.rules.report_site import Report, ReportSite
from service.extractor.rules.silence import reason_for_silence
from service.extractor.rules.site import Article, Attribution, Site, is_thing

Rule = Callable[[Site], Attribution | None]
ReportRule = Callable[[ReportSite], Report | None]

LOCAL_RULES: tuple[Rule, ...] = (
    after.quote_cue_name,
    after.quote_name_cue,
    before.cue_name_quote,
    before.interview_turn,
    before.dash_name_quote,
    before.name_cue_quote,
    before.manner_before,
    after.passive_by,
    before.claim_that,
    before.call_fragment,
    neighbours.split_quote,
    before.reported_clause,
    after.according_to,
    after.clause_name_cue,
    before.name_colon_quote,
    before.noun_cue,
    before.thought_fragment,
    neighbours.same_sentence,
    neighbours.byline,
    neighbours.introduced,
)
CONTEXT_RULES: tuple[Rule, ...] = (
    neighbours.same_paragraph,
    neighbours.same_paragraph_before,
    neighbours.carried_on,
    neighbours.after_report,
    neighbours.subject_before_quote,
    neighbours.answered,
    neighbours.unattributed,
)
REPORT_RULES: tuple[ReportRule, ...] = (
    reports_ahead.name_said_that,
    reports_ahead.name_asked_whether,
    reports_ahead.name_told_that,
    reports_ahead.name_said_clause,
    reports_ahead.name_promised_to,
    reports_ahead.name_denied_doing,
    reports_ahead.name_claim_that,
    reports_behind.clause_according_to,
    reports_behind.as_name_said,
    reports_behind.clause_name_said,
)
RULES = LOCAL_RULES + CONTEXT_RULES
EVERY_RULE: tuple[Rule | ReportRule, ...] = RULES + REPORT_RULES


def example_of(rule: Rule | ReportRule) -> str:
    """What a rule reads: the first line of its docstring."""
    return (rule.__doc__ or "").partition("\n")[0]


def attribute(article: Article) -> None:
    """Fill `article.found`, one answer or None a passage: by its sentence, then by its neighbours."""
    sites = [_site(article, index) for index in range(len(article.passages))]
    _silence(article, sites)
    sites = [_renew(site) for site in sites if site.index not in article.silent]
    for site in sites:
        article.found[site.index] = _first(LOCAL_RULES, site)
    _spread(article)
    for site in sites:
        if article.found[site.index] is None:
            article.found[site.index] = _first(CONTEXT_RULES, site)
    _spread(article)


def _silence(article: Article, sites: list[Site]) -> None:
    """Note the passages that are no speech, and let each stand as a name in the shape of its sentence."""
    silent: dict[int, list[int]] = {}
    for site in sites:
        reason = reason_for_silence(site)
        if reason:
            article.silent[site.index] = reason
            silent.setdefault(site.passage.paragraph, []).append(site.at)
    for paragraph, tokens in silent.items():
        shape = article.shapes[paragraph]
        tags = list(shape.tags)
        for token in tokens:
            tags[token] = "C"
        article.shapes[paragraph] = replace(shape, tags="".join(tags))


def _spread(article: Article) -> None:
    """A quotation over several paragraphs has one speaker, wherever among them the article names him."""
    for index in range(len(article.passages) - 2, -1, -1):
        here, later = article.found[index], article.found[index + 1]
        if article.passages[index].continues and later and later.mention and not (here and here.mention):
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


def _site(article: Article, index: int) -> Site:
    pass_checkpoint()
    passage = article.passages[index]
    shape = article.shapes[passage.paragraph]
    at = shape.token_of[index]
    start, end = shape.sentence(at)
    return Site(article, index, passage, shape, shape.tags, at, start, end)
