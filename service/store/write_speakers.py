"""Speakers as articles bring them in, inside the caller's transaction."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, delete, insert, select, update

from service.extractor import Speaker
from service.store.identities import digest_identity
from service.store.tables import quotes, speaker_aliases, speaker_words, speakers
from service.store.tally import Tally, cut
from service.store.words import NAME_LENGTH, name_words, normalise_name

# Those of a name, of the names merged into it and of its aliases.
WORDS_OF_A_SPEAKER = 200

FIND_SPEAKERS: Select[Any] = select(
    speakers.c.id, speakers.c.name, speakers.c.merged_into, speakers.c.words
).where(speakers.c.id.in_(bindparam("ids", expanding=True)))
INSERT_SPEAKER, INSERT_ALIAS = insert(speakers), insert(speaker_aliases)
INSERT_WORD = insert(speaker_words)


@dataclass(frozen=True, slots=True)
class Voice:
    """Who counts as the speaker of a quote: a speaker's id after all merges, and the words of their names."""

    id: str
    words: str


def derive_speaker_id(speaker: Speaker, article_id: str) -> str:
    """The same for every spelling of a name; a speaker without a name is one article's own."""
    own = f"\0{article_id}" if speaker.kind == "unnamed" else ""
    return "s" + digest_identity(normalise_name(speaker.name) + own)


def insert_speakers(connection: Connection, named: dict[str, Speaker], tally: Tally) -> dict[str, Voice]:
    """Insert the speakers that are not there yet; another spelling of one that is becomes an alias.

    Each comes back as the one who has their quotes.
    """
    known = find_speakers(connection, named)
    new = {speaker_id: speaker for speaker_id, speaker in named.items() if speaker_id not in known}
    if new:
        rows = [describe_speaker(*item) for item in new.items()]
        connection.execute(INSERT_SPEAKER, rows)
        insert_words(connection, rows)
        tally.speakers += len(new)
    insert_aliases(
        connection, {(row.id, named[row.id].name) for row in known.values() if named[row.id].name != row.name}
    )
    voices = {speaker_id: Voice(speaker_id, name_words(speaker.name)) for speaker_id, speaker in new.items()}
    roots = find_roots(connection, known)
    return voices | {speaker_id: Voice(root.id, root.words) for speaker_id, root in roots.items()}


def find_speakers(connection: Connection, ids: Iterable[str]) -> dict[str, Row[Any]]:
    rows: dict[str, Row[Any]] = {}
    for some in cut(ids):
        rows |= {row.id: row for row in connection.execute(FIND_SPEAKERS, {"ids": some})}
    return rows


def find_roots(connection: Connection, known: dict[str, Row[Any]]) -> dict[str, Row[Any]]:
    """For each speaker the one who has their quotes after all merges."""
    roots = dict(known)
    while merged := {row.merged_into for row in roots.values() if row.merged_into is not None}:
        into = find_speakers(connection, merged)
        roots = {
            speaker_id: row if row.merged_into is None else into[row.merged_into]
            for speaker_id, row in roots.items()
        }
    return roots


def describe_speaker(speaker_id: str, speaker: Speaker) -> dict[str, Any]:
    return {
        "id": speaker_id,
        "name": speaker.name,
        "kind": speaker.kind,
        "unnamed": speaker.kind == "unnamed",
        "sort_name": sort_name(speaker.name),
        "quote_count": 0,
        "told_count": 0,
        "by_hand": False,
        "words": name_words(speaker.name),
    }


def sort_name(name: str) -> str:
    return normalise_name(name)[:NAME_LENGTH]


def insert_words(connection: Connection, rows: Iterable[dict[str, Any]]) -> None:
    words = [
        {
            "word": word,
            "speaker_id": row["id"],
            "unnamed": row["unnamed"],
            "sort_name": row["sort_name"],
        }
        for row in rows
        for word in set(row["words"].split())
    ]
    if words:
        connection.execute(INSERT_WORD, words)


def insert_aliases(
    connection: Connection, spellings: Iterable[tuple[str, str]], *, by_hand: bool = False
) -> None:
    for speaker_id, name in spellings:
        known = (speaker_aliases.c.speaker_id == speaker_id, speaker_aliases.c.name == name)
        is_new = connection.execute(select(speaker_aliases.c.name).where(*known)).first() is None
        if is_new and len(name) <= NAME_LENGTH:
            connection.execute(INSERT_ALIAS, {"speaker_id": speaker_id, "name": name, "by_hand": by_hand})


def renew_words(connection: Connection, speaker_id: str, names: Iterable[str]) -> str:
    """Let a speaker be found, and their quotes, by the words of these names; returns the words."""
    different = dict.fromkeys(word for name in names for word in name_words(name).split())
    words = " ".join(list(different)[:WORDS_OF_A_SPEAKER])
    own = speakers.c.id == speaker_id
    connection.execute(update(speakers).where(own).values(words=words))
    connection.execute(delete(speaker_words).where(speaker_words.c.speaker_id == speaker_id))
    renewed = select(speakers.c.id, speakers.c.words, speakers.c.unnamed, speakers.c.sort_name).where(own)
    insert_words(connection, [dict(row) for row in connection.execute(renewed).mappings()])
    theirs = (quotes.c.speaker_id == speaker_id, quotes.c.speaker_words != words)
    connection.execute(update(quotes).where(*theirs).values(speaker_words=words))
    return words
