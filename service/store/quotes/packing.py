"""The columns in which the store keeps a quote as the extractor found it, but for the names of its speakers.

A new field of a quote that lists show needs its name here, and its column in `tables`.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import regex
from sqlalchemy import Row

from service.extractor import Quote, Span, Speaker
from service.store.records import PersonReference
from service.store.text.roles import name_role

# Fields in a column of their own, and fields in the columns of their start, end and text.
PLAIN_FIELDS = ("text", "kind", "rule", "confidence")
SPAN_FIELDS = ("mention", "cue", "clause")
# As people count words: what stands between blanks and has a letter or digit.
COUNTED_WORD = regex.compile(r"\S*[\p{L}\p{N}]\S*")


def list_span_columns(name: str) -> list[str]:
    return [f"{name}_{part}" for part in ("start", "end", "text")]


def pack_quote(quote: Quote) -> dict[str, Any]:
    """Return the columns of a quote."""
    packed = {name: getattr(quote, name) for name in PLAIN_FIELDS} | {"segments": pack_segments(quote)}
    for name in SPAN_FIELDS:
        span = getattr(quote, name)
        values = (span.start, span.end, span.text) if span else (None, None, None)
        packed |= zip(list_span_columns(name), values, strict=True)
    return packed | pack_portrait(quote.speaker) | {"word_count": count_words(quote)}


def count_words(quote: Quote) -> int:
    return sum(len(COUNTED_WORD.findall(segment.text)) for segment in quote.segments)


def pack_portrait(speaker: Speaker | None) -> dict[str, Any]:
    """Return the columns for what an article says of a speaker."""
    if speaker is None:
        return dict.fromkeys(("roles", "role_name", "gender", "gender_evidence"))
    return {
        "roles": pack_roles(speaker),
        "role_name": find_role_name(speaker),
        "gender": speaker.gender,
        "gender_evidence": speaker.gender_evidence,
    }


def find_role_name(speaker: Speaker) -> str | None:
    """Return the name of a speaker's best role."""
    role, body = speaker.role, speaker.affiliation
    if role is None:
        return None
    return name_role(role.text, len(body.text) if body and body.start == role.start else 0)


def unpack_quote(row: Row[Any]) -> dict[str, Any]:
    """Return the fields of a quote from its columns."""
    plain = {name: getattr(row, name) for name in PLAIN_FIELDS}
    spans = {
        name: unpack_span(*(getattr(row, column) for column in list_span_columns(name)))
        for name in SPAN_FIELDS
    }
    return {**plain, "segments": unpack_segments(row.segments, row.text), **spans}


def read_fields(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a quote from its JSON; one of an earlier version may lack some."""
    plain = {name: given[name] for name in PLAIN_FIELDS}
    spans = {name: Span(**given[name]) if given.get(name) else None for name in SPAN_FIELDS}
    return {**plain, "segments": tuple(Span(**span) for span in given["segments"]), **spans}


def pack_roles(speaker: Speaker) -> list[Any] | None:
    """The roles of a speaker as they are stored: all of them, the place of the best, and the body in it."""
    if speaker.role is None:
        return None
    affiliation = speaker.affiliation and pack_span(speaker.affiliation)
    return [[pack_span(role) for role in speaker.roles], speaker.roles.index(speaker.role), affiliation]


def pack_span(span: Span) -> list[int | str]:
    return [span.start, span.end, span.text]


def unpack_roles(packed: Sequence[Any] | None) -> tuple[Span | None, Span | None, tuple[Span, ...]]:
    """The best role, the body in it, and all roles."""
    if packed is None:
        return None, None, ()
    given, best, affiliation = packed
    roles = tuple(Span(*span) for span in given)
    return roles[best], Span(*affiliation) if affiliation else None, roles


def pack_candidates(candidates: Iterable[PersonReference]) -> list[Any] | None:
    return [[one.id, one.name, one.external_id, one.description] for one in candidates] or None


def unpack_candidates(packed: Iterable[Any] | None) -> tuple[PersonReference, ...]:
    return tuple(PersonReference(*one) for one in packed or ())


def pack_segments(quote: Quote) -> list[list[int | str]]:
    """Pack segments for the store: without the text of one that is the whole quote."""
    return [
        [span.start, span.end] if span.text == quote.text else [span.start, span.end, span.text]
        for span in quote.segments
    ]


def unpack_segments(segments: Iterable[Sequence[Any]], text: str) -> tuple[Span, ...]:
    return tuple(Span(start, end, *(own or [text])) for start, end, *own in segments)


def unpack_span(start: int | None, end: int | None, text: str | None) -> Span | None:
    return None if start is None or end is None or text is None else Span(start, end, text)
