"""Articles extracted: a line of JSON in, a line of the answer or a row of Parquet out."""

from dataclasses import dataclass
from math import inf
from typing import Any, Generic, NamedTuple, TypeVar

import orjson

from service.extractor import QUOTED, Extraction, Lexicon, QuoteKind, explain, extract, list_languages
from service.files.ndjson import BadLine, parse_article
from service.files.paths import spell
from service.files.sources import Line, Place
from service.ingest.time_limit import OutOfTime, time_limit

LANGUAGES = list_languages()
Content = TypeVar("Content")


@dataclass(frozen=True, slots=True)
class ExtractionOptions:
    """Options for extracting articles."""

    explained: bool = False
    lexicon: Lexicon | None = None
    seconds: float = inf
    kinds: frozenset[QuoteKind] = QUOTED
    gender: bool = True


class LineResult(NamedTuple, Generic[Content]):
    """The output of a line, the number of its quotes, and whether the line was bad."""

    content: Content
    quotes: int
    is_bad: bool


def answer_line(line: Line, options: ExtractionOptions) -> LineResult[bytes]:
    """The line of the answer."""
    try:
        article = parse_article(line.content)
        check_id(article.get("id"))
        extraction = extract_article(article, options)
    except BadLine as bad:
        error = {**describe_place(line.place), "field": bad.field, "message": bad.message}
        known_id = bad.article_id if can_be_written(bad.article_id) else None
        return LineResult(dump_line({"id": known_id, "error": error}), 0, True)
    answer = {"id": article.get("id"), "quotes": extraction.quotes}
    if options.explained:
        answer["passages"] = extraction.passages
    if extraction.warnings:
        answer["warnings"] = extraction.warnings
    return LineResult(dump_line(answer), len(extraction.quotes), False)


def check_id(article_id: Any) -> None:
    """Raise BadLine for JSON that is nested too deeply to be written."""
    if not can_be_written(article_id):
        raise BadLine("is nested too deeply", field="id")


def can_be_written(article_id: Any) -> bool:
    try:
        return article_id is None or isinstance(article_id, str | int) or bool(dump_line({"id": article_id}))
    except orjson.JSONEncodeError:
        return False


def describe_place(place: Place) -> dict[str, Any]:
    source = {} if place.source is None else {"source": spell(place.source)}
    return {**source, place.unit: place.number}


def extract_article(article: dict[str, Any], options: ExtractionOptions) -> Extraction:
    """Raise BadLine for an article that the extractor cannot read."""
    language = article.get("language", "en")
    if language not in LANGUAGES:
        allowed = ", ".join(LANGUAGES)
        raise BadLine(f"must be one of: {allowed}", field="language", article_id=article.get("id"))
    read = explain if options.explained else extract
    try:
        with time_limit(options.seconds):
            return read(
                article["text"],
                language=language,
                lexicon=options.lexicon,
                kinds=options.kinds,
                gender=options.gender,
            )
    except OutOfTime as error:
        raise BadLine(str(error), field="text", article_id=article.get("id")) from None
    except Exception as error:  # a fault with one article is reported, and does not cost the others
        message = f"the extractor failed: {error!r}"
        raise BadLine(message, field="text", article_id=article.get("id")) from error


def dump_line(value: dict[str, Any]) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE)
