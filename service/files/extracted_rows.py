"""Reads rows of extracted articles, and checks everything: anyone may have changed the file."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, get_args

import regex

from service.extractor import EVERY_KIND, Extraction
from service.extractor.model import Gender, GenderEvidence, SpeakerKind
from service.files.extracted_columns import read_quote
from service.files.sources import FIELDS
from service.ingest.entries import ReadArticle
from service.schemas.article import read_article
from service.schemas.check import InvalidFields
from service.store import Article
from service.store.text.folding import is_storable

SPEAKER_CHOICES: dict[str, frozenset[str | None]] = {
    "kind": frozenset(get_args(SpeakerKind)),
    "gender": frozenset((*get_args(Gender), None)),
    "gender_evidence": frozenset((*get_args(GenderEvidence), None)),
}
RULE = regex.compile(r"[a-z][a-z0-9_]{0,99}")
VERSION = regex.compile(r"[0-9A-Za-z][0-9A-Za-z.:,_-]{0,99}")
SAID_LENGTH = 300
REMEMBERED_RULES = 1_000


class BadRow(ValueError):
    """A row that is not an extracted article, with the error of each field."""

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
    """Return an extraction error as the field and a message, shortened if they are long."""
    said = " ".join(part for part in (error["source"], error["place"]) if part)
    message = f"was not extracted{said and ' from '}{said}: {error['message']}"
    return error["field"] and error["field"][:SAID_LENGTH], message[:SAID_LENGTH]


def read_fields(row: Mapping[str, Any]) -> Article:
    """Read the article, by the rules for one that is to be extracted."""
    given = {name: row[name] for name in FIELDS if row[name] is not None}
    if "published_at" in given:
        given["published_at"] = given["published_at"].isoformat()
    try:
        return read_article(given)
    except InvalidFields as invalid:
        raise BadRow(*invalid.errors) from None


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
    """Check a quote, and return the start and end of its first segment."""
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
        raise BadRow((".text", "differs from the segments"))
    for name in ("mention", "cue", "clause"):
        if quote[name] is not None:
            check_span(quote[name], text, f".{name}")
    if quote["speaker"] is not None:
        check_speaker(quote["speaker"], text, ".speaker")
    for place, other in enumerate(check_list(quote["co_speakers"], ".co_speakers")):
        check_speaker(other, text, f".co_speakers[{place}]")
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


def check_speaker(speaker: Mapping[str, Any] | None, text: str, field: str) -> None:
    if speaker is None:
        raise BadRow((field, "is empty"))
    name = speaker["name"]
    if not name or name.isspace() or not is_storable(name):
        raise BadRow((f"{field}.name", "must not be blank or hold invalid characters"))
    for choice, allowed in SPEAKER_CHOICES.items():
        if speaker[choice] not in allowed:
            known = sorted(value for value in allowed if value is not None)
            raise BadRow((f"{field}.{choice}", f"must be one of: {', '.join(known)}"))
    for span in ("role", "affiliation"):
        if speaker[span] is not None:
            check_span(speaker[span], text, f"{field}.{span}")
    for place, role in enumerate(check_list(speaker["roles"], f"{field}.roles")):
        check_span(role, text, f"{field}.roles[{place}]")
    if speaker["role"] is not None and speaker["role"] not in speaker["roles"]:
        raise BadRow((f"{field}.role", "is none of the roles"))


def check_list(given: Sequence[Any] | None, field: str) -> Sequence[Any]:
    if given is None:
        raise BadRow((field, "are missing"))
    return given


@lru_cache(REMEMBERED_RULES)
def is_rule(name: str | None) -> bool:
    return name is not None and RULE.fullmatch(name) is not None
