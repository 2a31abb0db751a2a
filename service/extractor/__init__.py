"""Finds quoted speech in one article and attributes it to its speaker.  Pure: text in, quotes out."""

from service.extractor.explain import explain_quotes
from service.extractor.lexicon import KnownPerson, Lexicon, Title, Verb, prepare
from service.extractor.model import (
    ExplainedQuote,
    Explanation,
    Extraction,
    Quote,
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

__all__ = [
    "EXTRACTOR_VERSION",
    "ExplainedQuote",
    "Explanation",
    "Extraction",
    "KnownPerson",
    "Lexicon",
    "Quote",
    "Span",
    "Speaker",
    "Title",
    "UnattributedPassage",
    "Verb",
    "explain",
    "extract",
]

EXTRACTOR_VERSION = "1"


def extract(text: str, *, language: str = "en", lexicon: Lexicon | None = None) -> Extraction:
    """Find the quotes of one article, reading the words of `lexicon` too, for this call alone.

    Raises ValueError for a language that has no folder.
    """
    article = _read(text, language, lexicon)
    return build_extraction(text, article) if article.passages else Extraction((), ())


def explain(text: str, *, language: str = "en", lexicon: Lexicon | None = None) -> Extraction:
    """The same as `extract`, its quotes being `ExplainedQuote`s."""
    article = _read(text, language, lexicon)
    if not article.passages:
        return Extraction((), ())
    return explain_quotes(text, article, build_extraction(text, article))


def _read(text: str, language: str, lexicon: Lexicon | None) -> Article:
    """The article with an attribution, or none, for each of its passages."""
    words, reader = prepare(language, lexicon)
    plain = normalise(text)
    paragraphs = find_paragraphs(plain)
    passages = find_passages(plain, paragraphs)
    shapes = build_shapes(plain, paragraphs, passages, words)
    article = Article(plain, words, reader, paragraphs, passages, shapes, [None] * len(passages))
    attribute(article)
    return article
