"""Finds quoted speech in one article and attributes it to its speaker.  Pure: text in, quotes out."""

from service.extractor.language import load_language
from service.extractor.model import Extraction, Quote, Span, Speaker, UnattributedPassage
from service.extractor.normalise import find_paragraphs, normalise
from service.extractor.passages import find_passages
from service.extractor.quotes import build_extraction
from service.extractor.rules import attribute
from service.extractor.rules.site import Article
from service.extractor.tokens import build_shapes

__all__ = ["EXTRACTOR_VERSION", "Extraction", "Quote", "Span", "Speaker", "UnattributedPassage", "extract"]

EXTRACTOR_VERSION = "1"


def extract(text: str, *, language: str = "en") -> Extraction:
    """Find the quotes of one article.  Raises ValueError for a language that has no folder."""
    words = load_language(language)
    plain = normalise(text)
    paragraphs = find_paragraphs(plain)
    passages = find_passages(plain, paragraphs)
    if not passages:
        return Extraction((), ())
    shapes = build_shapes(plain, paragraphs, passages, words)
    article = Article(plain, words, paragraphs, passages, shapes, [None] * len(passages))
    attribute(article)
    return build_extraction(text, article)
