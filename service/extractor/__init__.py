"""Finds quoted and reported speech in one article and its speakers.  Pure: text in, quotes out."""

from collections.abc import Set
from dataclasses import replace

from service.extractor.article import ParsedArticle
from service.extractor.explain import explain_quotes
from service.extractor.language import list_languages, load_language
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
    Token,
    UnattributedPassage,
)
from service.extractor.quotes import build_extraction
from service.extractor.rules import attribute
from service.extractor.shapes.shape import build_shapes
from service.extractor.spelled import spell_sentences
from service.extractor.text.capitals import is_in_capitals, write_small
from service.extractor.text.normalise import find_paragraphs, normalise
from service.extractor.text.passages import find_passages
from service.extractor.text.repair import Repair, repair
from service.extractor.text.restore import restore, restore_tokens
from service.extractor.turns.speech import find_speech, merge_passages
from service.extractor.version import extractor_version
from service.extractor.warnings import find_warnings

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
    "Token",
    "UnattributedPassage",
    "Verb",
    "explain",
    "extract",
    "find_warnings",
    "list_languages",
    "load_language",
    "read_shape",
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
    gender: bool = True,
) -> Extraction:
    """Find the quotes of one article, reading the words of `lexicon` too, for this call alone.

    Without `gender` speakers come without theirs.
    Raises ValueError for a language that has no folder.
    """
    mended = repair(text)
    return _restore(_build(_read(mended.text, language, lexicon), kinds, gender=gender), text, mended)


def explain(
    text: str,
    *,
    language: str = "en",
    lexicon: Lexicon | None = None,
    kinds: Set[QuoteKind] = QUOTED,
    gender: bool = True,
) -> Extraction:
    """The same as `extract`, its quotes being `ExplainedQuote`s."""
    mended = repair(text)
    article = _read(mended.text, language, lexicon)
    return _restore(explain_quotes(article, _build(article, kinds, gender=gender)), text, mended)


def read_shape(text: str, *, language: str = "en") -> list[list[Token]]:
    """The sentences of a text as tokens with the names of their tags: what the rules read of it.

    A passage that is no speech, such as a title, is a name.
    """
    mended = repair(text)
    sentences = [*spell_sentences(_read(mended.text, language, None))]
    return restore_tokens(sentences, text, mended)


def _restore(extraction: Extraction, text: str, mended: Repair) -> Extraction:
    """The extraction in offsets of the text as received, with what is to be said of that text."""
    restored, warnings = restore(extraction, text, mended), find_warnings(text)
    return replace(restored, warnings=warnings) if warnings else restored


def _build(article: ParsedArticle, kinds: Set[QuoteKind], *, gender: bool) -> Extraction:
    if not article.passages and "indirect" not in kinds:
        return Extraction((), ())
    return build_extraction(article, kinds, gender=gender)


def _read(text: str, language: str, lexicon: Lexicon | None) -> ParsedArticle:
    """The article of a mended text, with an attribution, or none, for each of its passages."""
    known, words, names = prepare(language, lexicon)
    plain = names.hide_nicknames(normalise(text))
    paragraphs = find_paragraphs(plain)
    if is_in_capitals(plain):
        plain = write_small(plain, known)
    speech = find_speech(plain, paragraphs, known, names)
    paragraphs = speech.paragraphs if speech else paragraphs
    passages, turns = merge_passages(speech, find_passages(plain, paragraphs))
    shapes = build_shapes(plain, paragraphs, passages, words)
    article = ParsedArticle(
        text, plain, known, words, names, paragraphs, passages, shapes, [None] * len(passages)
    )
    article.turns = turns
    attribute(article)
    return article
