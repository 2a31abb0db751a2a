"""Speakers as articles bring them in, inside the caller's transaction."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, Select, Update, and_, delete, select, update

from service.extractor import Speaker
from service.store.copying import insert_rows
from service.store.identities import digest_identity
from service.store.listed import WORDS, Columns, bind_rows, bind_values, is_listed, list_table
from service.store.tables import quotes, speaker_aliases, speaker_words, speakers
from service.store.tally import Tally
from service.store.words import NAME_LENGTH, name_words, normalise_name

# Those of a name, of the names merged into it and of its aliases.
WORDS_OF_A_SPEAKER = 200

SPELLINGS: Columns = {"id": WORDS, "name": WORDS}
NAMES: Columns = {"id": WORDS, "name": WORDS, "kind": WORDS}


@dataclass(frozen=True, slots=True)
class Voice:
    """Who counts as the speaker of a quote: a speaker's id after all merges, and the words of their names."""

    id: str
    words: str


def derive_speaker_id(speaker: Speaker, article_id: str) -> str:
    """The same for every spelling of a name; a speaker without a name is one article's own."""
    own = f"\0{article_id}" if speaker.kind == "unnamed" else ""
    return "s" + digest_identity(normalise_name(speaker.name) + own)


def choose_spelling(spellings: Iterable[Speaker]) -> Speaker:
    """Of the spellings of a name the one that it is shown in, whichever came first."""
    return min(spellings, key=rank_spelling)


def rank_spelling(speaker: Speaker) -> tuple[bool, str, bool]:
    return speaker.name.isupper() or speaker.name.islower(), speaker.name, speaker.kind != "person"


def insert_speakers(
    connection: Connection, named: Mapping[str, Collection[Speaker]], tally: Tally
) -> dict[str, Voice]:
    """Insert the speakers that are not there yet, and the spellings of their names that are new.

    Each comes back as the one who has their quotes.
    """
    known = find_speakers(connection, named)
    new = {
        speaker_id: choose_spelling(spellings)
        for speaker_id, spellings in named.items()
        if speaker_id not in known
    }
    if new:
        rows = [describe_speaker(*item) for item in new.items()]
        insert_rows(connection, speakers, rows)
        insert_words(connection, rows)
        tally.speakers += len(new)
    shown = {speaker_id: speaker.name for speaker_id, speaker in new.items()}
    shown |= rename_speakers(connection, known.values(), named)
    given = {(speaker_id, one.name) for speaker_id, spellings in named.items() for one in spellings}
    given |= {(row.id, row.name) for row in known.values()}
    insert_aliases(connection, sorted(given - shown.items()))
    voices = {speaker_id: Voice(speaker_id, name_words(speaker.name)) for speaker_id, speaker in new.items()}
    roots = find_roots(connection, known)
    return voices | {speaker_id: Voice(root.id, root.words) for speaker_id, root in roots.items()}


def rename_speakers(
    connection: Connection, known: Iterable[Row[Any]], named: Mapping[str, Collection[Speaker]]
) -> dict[str, str]:
    """Show each speaker in the spelling that is chosen among old and new, unless a person chose; the names.

    All spellings have the same words.
    """
    shown = {row.id: Speaker(row.name, row.kind) for row in known}
    chosen = {
        row.id: shown[row.id] if row.by_hand else choose_spelling((shown[row.id], *named[row.id]))
        for row in known
    }
    changes = [(key, one.name, one.kind) for key, one in chosen.items() if one != shown[key]]
    if changes:
        database = connection.dialect.name
        connection.execute(set_names(database), bind_rows(database, NAMES, changes))
    return {speaker_id: one.name for speaker_id, one in chosen.items()}


@cache
def set_names(database: str) -> Update:
    listed = list_table(database, NAMES)
    values = {"name": listed.c.name, "kind": listed.c.kind}
    return update(speakers).where(speakers.c.id == listed.c.id).values(values)


def find_speakers(connection: Connection, ids: Collection[str]) -> dict[str, Row[Any]]:
    database = connection.dialect.name
    rows = connection.execute(select_speakers(database), bind_values(database, ids))
    return {row.id: row for row in rows}


@cache
def select_speakers(database: str) -> Select[Any]:
    wanted = ("id", "name", "kind", "merged_into", "words", "by_hand")
    return select(*(speakers.c[name] for name in wanted)).where(is_listed(database, speakers.c.id))


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
        insert_rows(connection, speaker_words, words)


def insert_aliases(
    connection: Connection, spellings: Iterable[tuple[str, str]], *, by_hand: bool = False
) -> None:
    given = dict.fromkeys(one for one in spellings if len(one[1]) <= NAME_LENGTH)
    if not given:
        return
    database = connection.dialect.name
    found = connection.execute(select_aliases(database), bind_rows(database, SPELLINGS, given))
    known = {(row.speaker_id, row.name) for row in found}
    rows = [
        {"speaker_id": speaker_id, "name": name, "by_hand": by_hand}
        for speaker_id, name in given
        if (speaker_id, name) not in known
    ]
    if rows:
        insert_rows(connection, speaker_aliases, rows)


@cache
def select_aliases(database: str) -> Select[Any]:
    listed = list_table(database, SPELLINGS)
    same = and_(speaker_aliases.c.speaker_id == listed.c.id, speaker_aliases.c.name == listed.c.name)
    return select(speaker_aliases.c.speaker_id, speaker_aliases.c.name).join_from(
        listed, speaker_aliases, same
    )


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
