"""Quotes that are occurrences of the same quotation; the index of speakers' quotes holds their sources.

What a wording, its fingerprints and a quotation are is written out here as it was then: what the service
does today may be different, and later migrations begin from this.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, NamedTuple

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

FEWEST_WORDS = 4
ENOUGH_WORDS = 8
SHINGLE_WORDS = 5
COMPARED_WORDS = 200
COMPARED_WORDINGS = 32
MASK = 2**63 - 1
MULTIPLIER = 0x9E3779B97F4A7C15
LAST_POWER = pow(MULTIPLIER, SHINGLE_WORDS - 1, 2**63)
QUOTES_AT_ONCE = 2_000
VALUES_AT_ONCE = 1_000

NEXT = sa.text("""
    SELECT key, id, words, speaker_id FROM quotes WHERE key > :after ORDER BY key LIMIT :number
""")
SET_WORDING = sa.text("UPDATE quotes SET wording = :wording, quotation = :wording WHERE key = :key")
ADD_FINGERPRINT = sa.text("""
    INSERT INTO fingerprints (value, words, wording) VALUES (:value, :words, :wording) ON CONFLICT DO NOTHING
""")
# Of the wordings with a fingerprint those that are longer than too many are.
COMPARED = sa.text("""
    SELECT value, wording FROM (
        SELECT value, wording, count(*) OVER (PARTITION BY value ORDER BY words DESC) AS as_long
        FROM fingerprints WHERE value IN :values
    ) AS counted WHERE as_long <= :most
""").bindparams(sa.bindparam("values", expanding=True))
WORDS = sa.text("SELECT wording, min(words) AS words FROM quotes WHERE wording IN :values GROUP BY wording")
WORDS = WORDS.bindparams(sa.bindparam("values", expanding=True))
SET_QUOTATION = sa.text("UPDATE quotes SET quotation = :quotation WHERE wording = :wording")
# What holds a wording may be held by another itself.
FOLLOW = sa.text("""
    UPDATE quotes SET quotation = (
        SELECT quotation FROM quotes AS holder WHERE holder.wording = quotes.quotation LIMIT 1
    )
    WHERE quotation <> wording AND EXISTS (
        SELECT 1 FROM quotes AS holder
        WHERE holder.wording = quotes.quotation AND holder.quotation <> holder.wording
    )
""")


class Wording(NamedTuple):
    """The words of quotes that say the same, and by which fingerprints those that hold them are found."""

    key: int
    words: str
    length: int
    fingerprints: frozenset[int]


def upgrade() -> None:
    op.drop_index("quotes_by_speaker", "quotes")
    op.create_index("quotes_by_speaker", "quotes", ["speaker_id", "key", "source_name"])
    for name in ("wording", "quotation"):
        op.add_column("quotes", sa.Column(name, sa.BigInteger, nullable=False, server_default="0"))
    op.create_table(
        "fingerprints",
        *(
            sa.Column(name, kind, primary_key=True, autoincrement=False)
            for name, kind in (("value", sa.BigInteger), ("words", sa.Integer), ("wording", sa.BigInteger))
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("quotes_by_wording", "quotes", ["wording", "speaker_id"])
    op.create_index("quotes_by_quotation", "quotes", ["quotation", "key"])
    connection = op.get_bind()
    find_wordings(connection)
    find_holders(connection)
    while connection.execute(FOLLOW).rowcount:
        pass


def walk_quotes(connection: sa.Connection) -> Iterator[Any]:
    after = -(2**63)
    while rows := connection.execute(NEXT, {"after": after, "number": QUOTES_AT_ONCE}).all():
        yield rows
        after = rows[-1].key


def find_wordings(connection: sa.Connection) -> None:
    """Give each quote its wording, and each wording its fingerprints."""
    for rows in walk_quotes(connection):
        places, fingerprints = [], set()
        for row in rows:
            wording = read_wording(row.words, row.speaker_id, row.id)
            places.append({"key": row.key, "wording": wording.key})
            values = wording.fingerprints | find_ends(row.words, row.speaker_id)
            fingerprints |= {(value, wording.length, wording.key) for value in values}
        connection.execute(SET_WORDING, places)
        if fingerprints:
            found = [dict(zip(("value", "words", "wording"), one, strict=True)) for one in fingerprints]
            connection.execute(ADD_FINGERPRINT, found)


def find_holders(connection: sa.Connection) -> None:
    """Let each quotation be the longest wording that holds this one, where there is one."""
    for rows in walk_quotes(connection):
        wordings = {one.key: one for one in (read_wording(row.words, row.speaker_id, row.id) for row in rows)}
        values = {value for wording in wordings.values() for value in wording.fingerprints}
        compared = defaultdict(set)
        for row in select_by(connection, COMPARED, values, most=COMPARED_WORDINGS):
            compared[row.value].add(row.wording)
        others = {wording for found in compared.values() for wording in found}
        words = {row.wording: row.words for row in select_by(connection, WORDS, others)}
        changes = [
            {"wording": wording.key, "quotation": holder}
            for wording in wordings.values()
            if (holder := find_holder(wording, compared, words)) != wording.key
        ]
        if changes:
            connection.execute(SET_QUOTATION, changes)


def select_by(
    connection: sa.Connection, statement: sa.TextClause, values: Iterable[int], **others: int
) -> Iterator[Any]:
    for some in cut(values):
        yield from connection.execute(statement, {"values": some, **others})


def cut(values: Iterable[int]) -> Iterator[list[int]]:
    left = iter(values)
    while some := list(islice(left, VALUES_AT_ONCE)):
        yield some


def find_holder(wording: Wording, compared: dict[int, set[int]], words: dict[int, str]) -> int:
    others = {
        other
        for value in wording.fingerprints
        if wording.key in compared[value]
        for other in compared[value]
        if holds(words[other], wording)
    }
    return min(others, key=lambda other: (-words[other].count(" "), other), default=wording.key)


def holds(words: str, part: Wording) -> bool:
    """Whether the wording stands inside longer words, so far as they are compared."""
    if not part.length < words.count(" ") + 1 or part.length > COMPARED_WORDS:
        return False
    return f" {part.words} " in f" {' '.join(words.split(' ', COMPARED_WORDS)[:COMPARED_WORDS])} "


def read_wording(words: str, speaker_id: str | None, quote_id: str) -> Wording:
    length = words.count(" ") + 1 if words else 0
    if length >= ENOUGH_WORDS:
        return Wording(hash_text(words), words, length, find_shingles(words))
    if length >= FEWEST_WORDS and speaker_id is not None:
        return Wording(hash_text(f"{words}\0{speaker_id}"), words, length, find_ends(words, speaker_id))
    return Wording(hash_text(f"\0{quote_id}"), words, length, frozenset())


def find_shingles(words: str) -> frozenset[int]:
    """The least hash of the runs of words in each ENOUGH_WORDS in a row."""
    hashes = [hash_text(word) for word in islice(words.split(" "), COMPARED_WORDS)]
    total = 0
    runs: list[int] = []
    for place, value in enumerate(hashes):
        if place >= SHINGLE_WORDS:
            total -= hashes[place - SHINGLE_WORDS] * LAST_POWER
        total = (total * MULTIPLIER + value) & MASK
        runs.append(total)
    runs = runs[SHINGLE_WORDS - 1 :]
    return frozenset(map(min, *(runs[place:] for place in range(ENOUGH_WORDS - SHINGLE_WORDS + 1))))


def find_ends(words: str, speaker_id: str | None) -> frozenset[int]:
    """Hashes of the first and the last FEWEST_WORDS with the speaker."""
    if speaker_id is None or words.count(" ") + 1 < FEWEST_WORDS:
        return frozenset()
    first = " ".join(words.split(" ", FEWEST_WORDS)[:FEWEST_WORDS])
    last = " ".join(words.rsplit(" ", FEWEST_WORDS)[-FEWEST_WORDS:])
    return frozenset(hash_text(f"{speaker_id}\0{end}") for end in (first, last))


def hash_text(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest()) & MASK
