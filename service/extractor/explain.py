"""Says how each quote got its speaker: by which rule, on which passage, after which others."""

from dataclasses import fields, replace

from service.extractor.model import ExplainedQuote, Explanation, Extraction, Quote, Span
from service.extractor.rules import REPORT_RULES, RULES, example_of
from service.extractor.rules.site import Article

_NAMES = tuple(rule.__name__ for rule in RULES)
_REPORT_NAMES = tuple(rule.__name__ for rule in REPORT_RULES)
_FIELDS = tuple(field.name for field in fields(Quote))


def explain_quotes(text: str, article: Article, extraction: Extraction) -> Extraction:
    """The same extraction, with quotes that are explained."""
    index_at = {passage.start: index for index, passage in enumerate(article.passages)}
    quotes = tuple(
        ExplainedQuote(
            **{name: getattr(quote, name) for name in _FIELDS},
            explanation=_explain_report(quote)
            if quote.kind == "indirect"
            else _explain(text, article, index_at[quote.segments[0].start]),
        )
        for quote in extraction.quotes
    )
    return replace(extraction, quotes=quotes)


def _explain(text: str, article: Article, index: int) -> Explanation:
    """Every rule of a passage's sentence is tried before those of its neighbours: so stands their order."""
    found = article.found[index]
    assert found is not None  # noqa: S101 - a quote is made of attributions alone
    passage = article.passages[found.decided_at]
    order = _NAMES.index(found.rule)
    span = Span(passage.start, passage.end, text[passage.start : passage.end])
    return Explanation(found.rule, example_of(RULES[order]), _NAMES[:order], span)


def _explain_report(quote: Quote) -> Explanation:
    order = _REPORT_NAMES.index(quote.rule)
    return Explanation(quote.rule, example_of(REPORT_RULES[order]), _REPORT_NAMES[:order], quote.segments[0])
