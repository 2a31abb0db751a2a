"""Rows of extracted articles, read back with mistrust: whoever holds a file may have changed it."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, get_args

import regex

from service.api.articles import read_article
from service.api.problems import Problem
from service.archive.columns import ARTICLE_FIELDS, read_quote
from service.extractor import EVERY_KIND, Extraction
from service.extractor.model import SpeakerKind
from service.ingest import ReadArticle
from service.store import Article
from service.store.words import is_storable

SPEAKER_KINDS = frozenset(get_args(SpeakerKind))
RULE = regex.compile(r"[a-z][a-z0-9_]{0,99}")
VERSION = regex.compile(r"[0-9A-Za-z][0-9A-Za-z.:,_-]{0,99}")
SAID_LENGTH = 300
REMEMBERED_RULES = 1_000


class BadRow(ValueError):
    """A row that is no article as extraction writes it: what is wrong with which fields."""

    def __init__(self, *errors: tuple[str | None, str]) -> None:
        super().__init__(errors)
        self.errors = errors


def read_row(row: Mapping[str, Any]) -> ReadArticle:
    """Raises BadRow."""
    if row["error"] is not None:
        raise BadRow(describe_failure(row["error"]))
    article = read_fields(row)
    version, quotes = row["extractor_version"], row["quotes"]
    if version is None or not VERSION.fullmatch(version):
        raise BadRow(("extractor_version", "is not the name of a version"))
    if quotes is None:
        raise BadRow(("quotes", "is missing"))
    check_quotes(quotes, article.text)
    return ReadArticle(article, Extraction(tuple(map(read_quote, quotes)), ()), version)


def describe_failure(error: Mapping[str, Any]) -> tuple[str | None, str]:
    """What extraction said, where it read the article, as one line for people."""
    said = " ".join(part for part in (error["source"], error["place"]) if part)
    message = f"was not extracted{said and ' from '}{said}: {error['message']}"
    return clean(error["field"]), clean(message) or ""


def clean(said: str | None) -> str | None:
    """What a terminal shows as it is, and not at any length."""
    return said and "".join(letter if letter.isprintable() else " " for letter in said[:SAID_LENGTH])


def read_fields(row: Mapping[str, Any]) -> Article:
    """The article, by the rules for one that is to be extracted."""
    given = {name: row[name] for name in ARTICLE_FIELDS if row[name] is not None}
    if "published_at" in given:
        given["published_at"] = given["published_at"].isoformat()
    try:
        return read_article(given)
    except Problem as problem:
        raise BadRow(*problem.errors) from None


def check_quotes(quotes: Sequence[Mapping[str, Any] | None], text: str) -> None:
    """Raise BadRow unless each quote has its words from the text, and they follow one another."""
    firsts: dict[tuple[int, int], int] = {}
    for place, quote in enumerate(quotes):
        try:
            first = check_quote(quote, text)
        except BadRow as bad:
            raise BadRow(*((f"quotes[{place}]{field}", message) for field, message in bad.errors)) from None
        if first in firsts:
            raise BadRow((f"quotes[{place}].segments[0]", f"is that of quotes[{firsts[first]}], too"))
        if firsts and first < next(reversed(firsts)):
            raise BadRow((f"quotes[{place}]", "does not follow the one before"))
        firsts[first] = place


def check_quote(quote: Mapping[str, Any] | None, text: str) -> tuple[int, int]:
    """Where the first segment starts and ends."""
    if quote is None:
        raise BadRow(("", "is empty"))
    if quote["kind"] not in EVERY_KIND:
        raise BadRow((".kind", f"must be one of: {', '.join(sorted(EVERY_KIND))}"))
    segments = quote["segments"]
    if not segments:
        raise BadRow((".segments", "are missing"))
    end = 0
    for place, span in enumerate(segments):
        check_span(span, text, f".segments[{place}]")
        if span["start"] < end:
            raise BadRow((f".segments[{place}]", "starts before the one before ends"))
        end = span["end"]
    if quote["text"] != " … ".join(span["text"] for span in segments):
        raise BadRow((".text", "is not what the segments hold"))
    for name in ("mention", "cue", "clause"):
        if quote[name] is not None:
            check_span(quote[name], text, f".{name}")
    check_speaker(quote["speaker"])
    if not is_rule(quote["rule"]):
        raise BadRow((".rule", "is not the name of a rule"))
    if quote["confidence"] is None or not 0 <= quote["confidence"] <= 1:
        raise BadRow((".confidence", "must be a number from 0 to 1"))
    return segments[0]["start"], segments[0]["end"]


def check_span(span: Mapping[str, Any] | None, text: str, name: str) -> None:
    if span is None or span["start"] is None or span["end"] is None:
        raise BadRow((name, "has no start and end"))
    start, end = span["start"], span["end"]
    if not 0 <= start < end <= len(text):
        raise BadRow((name, f"[{start}, {end}) is not inside a text of {len(text)} characters"))
    if text[start:end] != span["text"]:
        raise BadRow((name, f"does not have the words of the text from {start} to {end}"))


def check_speaker(speaker: Mapping[str, Any] | None) -> None:
    if speaker is None:
        return
    name = speaker["name"]
    if not name or name.isspace() or not is_storable(name):
        raise BadRow((".speaker.name", "must not be blank, or hold what is no character"))
    if speaker["kind"] not in SPEAKER_KINDS:
        raise BadRow((".speaker.kind", f"must be one of: {', '.join(sorted(SPEAKER_KINDS))}"))


@lru_cache(REMEMBERED_RULES)
def is_rule(name: str | None) -> bool:
    return name is not None and RULE.fullmatch(name) is not None
