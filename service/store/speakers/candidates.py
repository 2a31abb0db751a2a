"""Candidates for a merge: speakers who may be the same; nothing is merged automatically."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, select

from service.store.database.tables import speaker_words, speakers
from service.store.speakers.merge import find_speaker
from service.store.text.folding import name_words

MAXIMUM_COMPARED = 500
MAXIMUM_CANDIDATES = 20

SHARING_A_WORD: Select[Any] = (
    select(speakers)
    .join_from(speaker_words, speakers, speakers.c.id == speaker_words.c.speaker_id)
    .where(
        speaker_words.c.word == bindparam("word"),
        speakers.c.unnamed.is_(False),
        speakers.c.merged_into.is_(None),
        speakers.c.id != bindparam("id"),
    )
    .order_by(speakers.c.quote_count.desc(), speakers.c.id)
    .limit(MAXIMUM_COMPARED)
)


def find_candidates(connection: Connection, speaker_id: str) -> Sequence[Row[Any]] | None:
    """List candidates: those who share more words first, then those who are quoted more."""
    speaker = find_speaker(connection, speaker_id)
    if speaker is None:
        return None
    words = name_words(speaker.name).split()
    if speaker.unnamed or not words:
        return ()
    shared = {words[-1]} if speaker.kind == "person" else {words[0], words[-1]}
    others = [
        row
        for word in sorted(shared)
        for row in connection.execute(SHARING_A_WORD, {"word": word, "id": speaker_id})
    ]
    fitting = {
        row.id: row
        for row in others
        if row.kind == speaker.kind and may_be_the_same(words, name_words(row.name).split(), row.kind)
    }
    likeliest = sorted(fitting.values(), key=lambda row: -len(set(words) & set(name_words(row.name).split())))
    return likeliest[:MAXIMUM_CANDIDATES]


def may_be_the_same(one: list[str], other: list[str], kind: str) -> bool:
    """Return whether the shorter of two names, as words, can stand for the longer.

    A person's ends in the same word, the surname, and what stands before it comes in the same order, as
    initials perhaps: Bush, G Bush and George Bush may be George W Bush; Laura Bush may not.
    """
    short, long = sorted((one, other), key=len)
    if kind == "organisation":
        return set(short) <= set(long)
    if not short or short[-1] != long[-1]:
        return False
    left = iter(long[:-1])
    return all(any(agree(word, candidate) for candidate in left) for word in short[:-1])


def agree(one: str, other: str) -> bool:
    """Whether two given names are the same, or one the initial of the other."""
    return one == other or (min(len(one), len(other)) == 1 and one[0] == other[0])
