"""Finds quoted and reported speech in one article and its speakers.  Pure: text in, quotes out."""

from collections.abc import Set

from service.extractor.explain import explain_quotes
from service.extractor.lexicon import KnownPerson, Lexicon, Title, Verb, prepare
from service.extractor.model import (
    EVERY_KIND,
    QUOTED,
    ExplainedQuote,
    Explanation,
    Extraction,
    Quote,
    QuoteKind,
    Span,
    Speaker,
    UnattributedPassage,
)
from service.extractor.normalise import find_paragraphs, normalise
from service.extractor.passages import find_passages
from service.extractor.quotes import build_extraction
from service.extractor.rules import attribute
from service.extractor.rules.site import Article
from service.extractor.tokens import build_shapes
from service.extractor.version import extractor_version

__all__ = [
    "EVERY_KIND",
    "EXTRACTOR_VERSION",
    "QUOTED",
    "ExplainedQuote",
    "Explanation",
    "Extraction",
    "KnownPerson",
    "Lexicon",
    "Quote",
    "QuoteKind",
    "Span",
    "Speaker",
    "Title",
    "UnattributedPassage",
    "Verb",
    "explain",
    "extract",
]

EXTRACTOR_VERSION: str


def __getattr__(name: str) -> str:
    """Work out `EXTRACTOR_VERSION` when it is first asked for: reading articles alone does not need it."""
    if name == "EXTRACTOR_VERSION":
        return extractor_version()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def extract(
    text: str,
    *,
    language: str = "en",
    lexicon: Lexicon | None = None,
    kinds: Set[QuoteKind] = QUOTED,
) -> Extraction:
    """Find the quotes of one article, reading the words of `lexicon` too, for this call alone.

    Raises ValueError for a language that has no folder.
    """
    article = _read(text, language, lexicon)
    return _build(text, article, kinds)


def explain(
    text: str,
    *,
    language: str = "en",
    lexicon: Lexicon | None = None,
    kinds: Set[QuoteKind] = QUOTED,
) -> Extraction:
    """The same as `extract`, its quotes being `ExplainedQuote`s."""
    article = _read(text, language, lexicon)
    return explain_quotes(text, article, _build(text, article, kinds))


def _build(text: str, article: Article, kinds: Set[QuoteKind]) -> Extraction:
    if not article.passages and "indirect" not in kinds:
        return Extraction((), ())
    return build_extraction(text, article, kinds)


def _read(text: str, language: str, lexicon: Lexicon | None) -> Article:
    """The article with an attribution, or none, for each of its passages."""
    known, words, names = prepare(language, lexicon)
    plain = normalise(text)
    paragraphs = find_paragraphs(plain)
    passages = find_passages(plain, paragraphs)
    shapes = build_shapes(plain, paragraphs, passages, words)
    article = Article(plain, known, words, names, paragraphs, passages, shapes, [None] * len(passages))
    attribute(article)
    return article
