"""Quotes in the formats that other programs read: a stream of pieces, whatever the number of quotes."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby, islice
from typing import Any

import orjson

from service.offsets import utf16_converter
from service.store import QuoteRecord

ReadText = Callable[[str], str]
LINES_AT_ONCE = 100
DATES = orjson.OPT_UTC_Z

CSV_COLUMNS = (
    "id",
    "text",
    "speaker",
    "speaker_id",
    "speaker_kind",
    "kind",
    "start",
    "end",
    "rule",
    "confidence",
    "clause",
    "corrected",
    "extractor_version",
    "article_id",
    "title",
    "url",
    "source",
    "published_at",
)
# What makes a spreadsheet take a cell for a formula, in their wide forms too.
FORMULA_SIGNS = "=+-@＝＋－＠"
MARK = "[\"'`“”„‟‘’‚‛«»‹›]{1,2}"  # two as in ''so''
OPENING_MARK = re.compile(f"{MARK}$")
# A segment has no comma at its end, which stands inside the marks.
CLOSING_MARK = re.compile(f"[,.;:!?]?{MARK}")
REACH = 3


def join_lines(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Join lines into pieces that are worth sending."""
    source = iter(lines)
    while piece := b"".join(islice(source, LINES_AT_ONCE)):
        yield piece


def write_ndjson(values: Iterable[Any]) -> Iterator[bytes]:
    """Write anything that orjson does, one a line."""
    return join_lines(orjson.dumps(value, option=DATES | orjson.OPT_APPEND_NEWLINE) for value in values)


def write_csv(quotes: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    """Write plain quotes (JSON values) as RFC 4180 has it, in UTF-8, a header first."""
    rows = ([row[name] for name in CSV_COLUMNS] for row in map(flatten_quote, quotes))
    yield write_row(CSV_COLUMNS)
    yield from join_lines(map(write_row, rows))


def write_row(cells: Iterable[Any]) -> bytes:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow([make_safe(cell) for cell in cells])
    return line.getvalue().encode()


def make_safe(cell: Any) -> Any:
    """Keep a text from being run as a formula: an apostrophe in front makes it a text for spreadsheets.

    True and false are written as JSON has them.
    """
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if not isinstance(cell, str):
        return cell
    first = cell.lstrip()[:1]
    is_risky = bool(first) and (first in FORMULA_SIGNS or cell[0] in "\t\r\n")
    return f"'{cell}" if is_risky else cell


def flatten_quote(quote: dict[str, Any]) -> dict[str, Any]:
    """Lay out a plain quote as one row; its stretch runs from the first segment to the last."""
    speaker = quote["speaker"] or {}
    article, clause = quote["article"], quote["clause"] or {}
    return {
        **quote,
        "speaker": speaker.get("name"),
        "speaker_id": speaker.get("id"),
        "speaker_kind": speaker.get("kind"),
        "start": quote["segments"][0]["start"],
        "end": quote["segments"][-1]["end"],
        "clause": clause.get("text"),
        "article_id": article["id"],
        **{name: article[name] for name in ("title", "url", "source", "published_at")},
    }


def write_citron(quotes: Iterable[QuoteRecord], read_text: ReadText) -> Iterator[bytes]:
    """Write a document a line as BBC Citron has them: docs/data_format.md of github.com/bbc/citron.

    Its spans hold the quotation marks around words that stand in such.  Where the mention is not the name,
    the name is the source and the mention its coreference, as in Citron's own answers.  `cue` is null where
    there is none.
    """
    return write_ndjson(describe_for_citron(*each) for each in group_by_article(quotes, read_text))


def describe_for_citron(_id: str, text: str, quotes: list[QuoteRecord]) -> dict[str, Any]:
    return {"text": text, "quotes": [describe_quote_for_citron(quote, text) for quote in quotes]}


def describe_quote_for_citron(quote: QuoteRecord, text: str) -> dict[str, Any]:
    mentions = [] if quote.mention is None else [quote.mention]
    names: list[dict[str, Any]] = []
    if quote.speaker is not None and quote.mention is not None and quote.speaker.name != quote.mention.text:
        start = text.find(quote.speaker.name)
        names = [cut(text, start, start + len(quote.speaker.name))] if start >= 0 else []
    places = [(span.start, span.end) for span in quote.segments]
    if quote.kind != "indirect":
        places = [include_marks(text, *place) for place in places]
    return {
        "id": quote.id,
        "sources": names or mentions,
        "coreferences": mentions if names else [],
        "cue": quote.cue,
        "contents": [cut(text, *place) for place in places],
        "confidence": f"{quote.confidence:.4f}",
    }


def write_corenlp(quotes: Iterable[QuoteRecord], read_text: ReadText) -> Iterator[bytes]:
    """Write a document a line as Stanford CoreNLP's JSONOutputter does, with the fields that are known here.

    Each segment is a quote of its own, with its marks; offsets are UTF-16 code units, as Java counts.
    """
    return write_ndjson(describe_for_corenlp(*each) for each in group_by_article(quotes, read_text))


def describe_for_corenlp(article_id: str, text: str, quotes: list[QuoteRecord]) -> dict[str, Any]:
    convert = utf16_converter(text)
    published_at = quotes[0].article.published_at
    described: list[dict[str, Any]] = []
    for quote in quotes:
        name = quote.speaker.name if quote.speaker else "Unknown"
        mention = {} if quote.mention is None else {"mention": quote.mention.text, "mentionSieve": quote.rule}
        for span in quote.segments:
            start, end = include_marks(text, span.start, span.end)
            place = {"text": text[start:end], "beginIndex": convert(start), "endIndex": convert(end)}
            attribution = {**mention, "speaker": name, "canonicalSpeaker": name}
            described.append({"id": len(described), **place, **attribution})
    date = {} if published_at is None else {"docDate": published_at.date().isoformat()}
    return {"docId": article_id, **date, "quotes": described}


def group_by_article(
    quotes: Iterable[QuoteRecord], read_text: ReadText
) -> Iterator[tuple[str, str, list[QuoteRecord]]]:
    """Yield (article id, its text, its quotes); quotes of one article follow one another in every list."""
    for article_id, some in groupby(quotes, lambda quote: quote.article.id):
        yield article_id, read_text(article_id), list(some)


def include_marks(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen a stretch by the quotation marks around it."""
    opening = OPENING_MARK.search(text[max(start - REACH, 0) : start])
    closing = CLOSING_MARK.match(text[end : end + REACH])
    return start - len(opening.group() if opening else ""), end + len(closing.group() if closing else "")


def cut(text: str, start: int, end: int) -> dict[str, Any]:
    return {"start": start, "end": end, "text": text[start:end]}
