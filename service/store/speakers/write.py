"""Inserts the speakers of articles, inside the caller's transaction."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    CompoundSelect,
    Connection,
    Delete,
    Row,
    Select,
    Update,
    and_,
    bindparam,
    delete,
    func,
    or_,
    select,
    tuple_,
    union_all,
    update,
)

from service.extractor import Speaker
from service.extractor.model import NAMELESS
from service.store.change_log.write import note_changes
from service.store.counts import Tally
from service.store.database.bound_values import WORDS, Columns, bind_rows, bind_values, is_listed, list_table
from service.store.database.identities import digest_identity
from service.store.database.insert_rows import insert_rows
from service.store.database.tables import speaker_aliases, speaker_words, speakers
from service.store.errors import InvalidChange
from service.store.text.folding import NAME_LENGTH, is_storable, name_words, normalise_name

# Those of a name, of the names merged into it and of its aliases.
WORDS_OF_A_SPEAKER = 200

SPELLINGS: Columns = {"id": WORDS, "name": WORDS}
NAMES: Columns = {"id": WORDS, "name": WORDS, "kind": WORDS}
PLACES: Columns = {"word": WORDS, "id": WORDS}
MEMBER = speakers.alias("member")
ROOT_OF = func.coalesce(speakers.c.root_id, speakers.c.id)
MEMBERS: CompoundSelect[Any] = union_all(
    select(ROOT_OF).where(speakers.c.id == bindparam("id")),
    select(MEMBER.c.id)
    .join_from(speakers, MEMBER, MEMBER.c.root_id == ROOT_OF)
    .where(speakers.c.id == bindparam("id")),
)
WORDS_OF_TREE: Select[Any] = (
    select(speaker_words)
    .join_from(speakers, speaker_words, speaker_words.c.speaker_id == speakers.c.id)
    .where(or_(speakers.c.id == bindparam("id"), speakers.c.root_id == bindparam("id")))
)


@dataclass(frozen=True, slots=True)
class Voice:
    """The speaker of a quote: the id after all merges, and the words of the name as it was first."""

    id: str
    words: str


class WordOfName(NamedTuple):
    """A row of the index of speakers by the words of their names."""

    word: str
    speaker_id: str
    unnamed: bool | None
    sort_name: str
    added: bool


def check_name(name: str, field: str) -> str:
    """Return the name without blanks around it.  Raises InvalidChange for one that no speaker can have."""
    if len(name) > NAME_LENGTH:
        raise InvalidChange(field, f"is longer than {NAME_LENGTH} characters")
    if not is_storable(name) or not name_words(name):
        raise InvalidChange(field, "has no letter or digit, or a character that cannot be stored")
    return name.strip()


def derive_speaker_id(speaker: Speaker, article_id: str) -> str:
    """Derive an id, the same for every spelling of a name; an unnamed speaker belongs to one article."""
    own = f"\0{article_id}" if speaker.kind in NAMELESS else ""
    return "s" + digest_identity(normalise_name(speaker.name) + own)


def choose_spelling(spellings: Iterable[Speaker]) -> Speaker:
    """Choose the spelling of a name that is shown, whichever came first."""
    return min(spellings, key=rank_spelling)


def rank_spelling(speaker: Speaker) -> tuple[bool, str, bool]:
    return speaker.name.isupper() or speaker.name.islower(), speaker.name, speaker.kind != "person"


def insert_speakers(
    connection: Connection, named: Mapping[str, Collection[Speaker]], tally: Tally
) -> dict[str, Voice]:
    """Insert the speakers that are not there yet, and the spellings of their names that are new.

    Return for each the speaker who has their quotes after merges.
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
    return voices | {row.id: Voice(row.root_id or row.id, row.words) for row in known.values()}


def rename_speakers(
    connection: Connection, known: Iterable[Row[Any]], named: Mapping[str, Collection[Speaker]]
) -> dict[str, str]:
    """Rename speakers to the spelling chosen among old and new, unless a person chose; return the names.

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
        note_changes(connection, "speaker", dict.fromkeys((one[0] for one in changes), "changed"))
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
    wanted = ("id", "name", "kind", "gender", "root_id", "words", "by_hand")
    return select(*(speakers.c[name] for name in wanted)).where(is_listed(database, speakers.c.id))


def find_roots(connection: Connection, ids: Collection[str]) -> dict[str, str]:
    """Find who has the quotes of each of the speakers who are merged; the others are left out."""
    if not ids:
        return {}
    database = connection.dialect.name
    return {
        row.id: row.root_id for row in connection.execute(select_roots(database), bind_values(database, ids))
    }


@cache
def select_roots(database: str) -> Select[Any]:
    merged = (is_listed(database, speakers.c.id), speakers.c.root_id.is_not(None))
    return select(speakers.c.id, speakers.c.root_id).where(*merged)


def find_members(connection: Connection, speaker_id: str) -> list[str]:
    """Find all who are merged with a speaker: first the one who has the quotes of all; none if unknown."""
    return list(connection.execute(MEMBERS, {"id": speaker_id}).scalars())


def describe_speaker(speaker_id: str, speaker: Speaker) -> dict[str, Any]:
    return {
        "id": speaker_id,
        "name": speaker.name,
        "kind": speaker.kind,
        "unnamed": speaker.kind in NAMELESS,
        "sort_name": sort_name(speaker.name),
        "quote_count": 0,
        "indirect_count": 0,
        "by_hand": False,
        "words": name_words(speaker.name),
    }


def sort_name(name: str) -> str:
    return normalise_name(name)[:NAME_LENGTH]


def insert_words(connection: Connection, rows: Iterable[dict[str, Any]]) -> None:
    words = [
        WordOfName(word, row["id"], row["unnamed"], row["sort_name"], added=False)
        for row in rows
        for word in set(row["words"].split())
    ]
    if words:
        insert_rows(connection, speaker_words, [one._asdict() for one in words])


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


def renew_words(connection: Connection, root: str, names: Iterable[str]) -> None:
    """Index a speaker, and all who are merged into that one, by the words of these names."""
    words = list(dict.fromkeys(word for name in names for word in name_words(name).split()))
    members = select(speakers).where(or_(speakers.c.id == root, speakers.c.root_id == root))
    wanted = {
        describe_word(word, member)
        for member in connection.execute(members)
        for word in (*member.words.split(), *words[:WORDS_OF_A_SPEAKER])
    }
    before = {WordOfName(*row) for row in connection.execute(WORDS_OF_TREE, {"id": root})}
    if gone := before - wanted:
        database = connection.dialect.name
        places = [(one.word, one.speaker_id) for one in gone]
        connection.execute(delete_words(database), bind_rows(database, PLACES, places))
    if new := sorted(wanted - before):
        insert_rows(connection, speaker_words, [one._asdict() for one in new])


def describe_word(word: str, speaker: Row[Any]) -> WordOfName:
    unnamed = None if speaker.root_id else speaker.unnamed
    return WordOfName(word, speaker.id, unnamed, speaker.sort_name, word not in speaker.words.split())


@cache
def delete_words(database: str) -> Delete:
    listed = select(list_table(database, PLACES))
    return delete(speaker_words).where(tuple_(speaker_words.c.word, speaker_words.c.speaker_id).in_(listed))
