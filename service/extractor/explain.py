"""Explains how each quote got its speaker: the rule, its passage, and the rules tried before."""

from dataclasses import fields, replace

from service.extractor.article import ParsedArticle
from service.extractor.model import ExplainedQuote, Explanation, Extraction, Quote
from service.extractor.rules import REPORT_RULES, RULES, TURN_RULES, example_of
from service.extractor.speakers.resolver import SpeakerResolver

_NAMES = tuple(rule.__name__ for rule in RULES)
_OUTSIDE_TURNS = len(TURN_RULES)
_REPORT_NAMES = tuple(rule.__name__ for rule in REPORT_RULES)
_FIELDS = tuple(field.name for field in fields(Quote))


def explain_quotes(article: ParsedArticle, extraction: Extraction) -> Extraction:
    """The same extraction, with quotes that are explained."""
    index_at = {passage.start: index for index, passage in enumerate(article.passages)}
    resolver = SpeakerResolver(article)
    quotes = []
    for quote in extraction.quotes:
        start = quote.segments[0].start
        form = article.forms[quote.rule, start]
        told = quote.kind == "indirect"
        explanation = _explain_report(quote, form) if told else _explain(article, index_at[start], form)
        explanation = replace(explanation, near=resolver.near(quote.mention, quote.speaker))
        kept = {name: getattr(quote, name) for name in _FIELDS}
        quotes.append(ExplainedQuote(**kept, explanation=explanation))
    return replace(extraction, quotes=tuple(quotes))


def _explain(article: ParsedArticle, index: int, form: str) -> Explanation:
    """Every rule of a passage's sentence is tried before those of its neighbours: so stands their order.

    Those of turns are tried on passages of turns, and no others are.
    """
    found = article.found[index]
    assert found is not None  # noqa: S101 - a quote is made of attributions alone
    passage = article.passages[found.decided_at]
    order = _NAMES.index(found.rule)
    span = article.span(passage.start, passage.end)
    tried = _NAMES[_OUTSIDE_TURNS:order]
    return Explanation(found.rule, form, example_of(RULES[order]), tried, span)


def _explain_report(quote: Quote, form: str) -> Explanation:
    order = _REPORT_NAMES.index(quote.rule)
    example, tried = example_of(REPORT_RULES[order]), _REPORT_NAMES[:order]
    return Explanation(quote.rule, form, example, tried, quote.segments[0])
