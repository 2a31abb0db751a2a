"""Spells shapes out for those who write rules: each token of a sentence beside the name of its tag."""

from collections.abc import Iterator

from service.extractor.article import ParsedArticle
from service.extractor.model import Token
from service.extractor.shapes.shape import Shape
from service.extractor.tags import FULL_STOPS, WORDS


def spell_sentences(article: ParsedArticle) -> Iterator[list[Token]]:
    """The sentences of an article, as its rules read them, each with the stop that ends it."""
    for paragraph in range(len(article.paragraphs)):
        yield from _spell_paragraph(article, article.shape_of(paragraph))


def _spell_paragraph(article: ParsedArticle, shape: Shape) -> Iterator[list[Token]]:
    sentence: list[Token] = []
    for start, end, letter in zip(shape.starts, shape.ends, shape.tags, strict=True):
        sentence.append(Token(start, end, article.received[start:end], WORDS[letter]))
        if letter in FULL_STOPS:
            yield sentence
            sentence = []
    if sentence:
        yield sentence
