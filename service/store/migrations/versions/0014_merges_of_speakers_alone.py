"""A merge changes speakers alone: quotes keep the speaker, and the words, that they were written with."""

import unicodedata
from collections import defaultdict
from typing import Any

import regex
import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

PLAIN = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
# SQLite takes the column and its reference in one statement alone.
ROOT_ID = {
    "sqlite": "ALTER TABLE speakers ADD COLUMN root_id TEXT REFERENCES speakers (id)",
    "postgresql": 'ALTER TABLE speakers ADD COLUMN root_id TEXT COLLATE "C" REFERENCES speakers (id)',
}
# A step along each chain of merges; none has as many as there are speakers.
NEXT_ROOTS = """
    UPDATE speakers SET root_id = (SELECT merged_into FROM speakers AS root WHERE root.id = speakers.root_id)
    WHERE (SELECT merged_into FROM speakers AS root WHERE root.id = speakers.root_id) IS NOT NULL
"""
# Both sides are the values before.
GIVE_BACK = (
    "UPDATE quotes SET speaker_id = grouped_by, grouped_by = speaker_id WHERE grouped_by IS NOT NULL",
    "UPDATE co_speakers SET speaker_id = merged_from WHERE merged_from IS NOT NULL",
)
COPY_WORDS = """
    INSERT INTO speaker_words (word, speaker_id, unnamed, sort_name, added)
    SELECT word, speaker_id, unnamed, sort_name, false FROM speaker_words_before
"""
SET_WORDS = sa.text("UPDATE speakers SET words = :words WHERE id = :id")
SET_WORDS_OF_QUOTES = sa.text(
    "UPDATE quotes SET speaker_words = :words WHERE speaker_id = :id AND speaker_words <> :words"
)
REMOVE_WORDS = sa.text("DELETE FROM speaker_words WHERE speaker_id = :id")
INSERT_WORDS = sa.text(
    "INSERT INTO speaker_words (word, speaker_id, unnamed, sort_name, added) VALUES (:word, :id,"
    " (SELECT unnamed FROM speakers WHERE id = :id AND root_id IS NULL), :sort_name, :added)"
)
CHANGED = """
    SELECT id, name, words, root_id, sort_name FROM speakers
    WHERE by_hand OR root_id IS NOT NULL OR id IN (SELECT root_id FROM speakers WHERE root_id IS NOT NULL)
"""
# Names that articles use: a person's own are not among the words of quotes.
FOUND_NAMES = """
    SELECT speaker_id AS id, name FROM speaker_aliases WHERE NOT by_hand
"""
WORD = regex.compile(r"[\p{L}\p{N}\p{M}]+")
WORD_LENGTH, NAME_WORDS = 50, 20
PLAIN_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)


def upgrade() -> None:
    op.execute(ROOT_ID[op.get_bind().dialect.name])
    op.add_column("speakers", sa.Column("regrouping", PLAIN))
    find_roots()
    give_back_quotes()
    renew_speaker_words()
    renew_words()
    create_indexes()


def find_roots() -> None:
    connection = op.get_bind()
    op.execute("UPDATE speakers SET root_id = merged_into")
    while connection.execute(sa.text(NEXT_ROOTS)).rowcount:
        pass


def give_back_quotes() -> None:
    op.drop_index("quotes_by_merge", "quotes")
    op.drop_index("co_speakers_by_merge", "co_speakers")
    op.execute("ALTER TABLE quotes RENAME COLUMN merged_from TO grouped_by")
    for statement in GIVE_BACK:
        op.execute(statement)
    op.execute("ALTER TABLE co_speakers DROP COLUMN merged_from")


def renew_speaker_words() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("speaker_words", "unnamed", nullable=True)
        op.add_column(
            "speaker_words", sa.Column("added", sa.Boolean, nullable=False, server_default=sa.false())
        )
        return
    # SQLite cannot let a column be null that must not.
    op.execute("ALTER TABLE speaker_words RENAME TO speaker_words_before")
    for name in ("speaker_words_by_speaker", "speaker_words_by_naming"):
        op.drop_index(name, "speaker_words_before")
    op.create_table(
        "speaker_words",
        sa.Column("word", PLAIN, primary_key=True),
        sa.Column("speaker_id", PLAIN, sa.ForeignKey("speakers.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("unnamed", sa.Boolean),
        sa.Column("sort_name", PLAIN, nullable=False),
        sa.Column("added", sa.Boolean, nullable=False),
    )
    op.execute(COPY_WORDS)
    op.drop_table("speaker_words_before")
    op.create_index("speaker_words_by_speaker", "speaker_words", ["speaker_id", "word"])
    naming = ["unnamed", "word", "sort_name", "speaker_id"]
    op.create_index("speaker_words_by_naming", "speaker_words", naming)


def renew_words() -> None:
    """Give speakers who were merged or changed by hand, and their quotes, the words of the names they had."""
    connection = op.get_bind()
    names: dict[str, list[str]] = defaultdict(list)
    for row in connection.execute(sa.text(FOUND_NAMES)):
        names[row.id].append(row.name)
    changed = connection.execute(sa.text(CHANGED)).all()
    own = {row.id: cut_words(names.get(row.id) or [row.name]) for row in changed}
    for row in changed:
        values = {"id": row.id, "words": " ".join(own[row.id])}
        connection.execute(SET_WORDS, values)
        connection.execute(SET_WORDS_OF_QUOTES, values)
        connection.execute(REMOVE_WORDS, {"id": row.id})
    of_root = {row.id: row.words.split() for row in changed if row.root_id is None}
    rows = [
        describe_word(row, word, own[row.id])
        for row in changed
        for word in dict.fromkeys([*own[row.id], *of_root[row.root_id or row.id]])
    ]
    if rows:
        connection.execute(INSERT_WORDS, rows)


def describe_word(speaker: sa.Row[Any], word: str, own: list[str]) -> dict[str, Any]:
    return {"id": speaker.id, "word": word, "sort_name": speaker.sort_name, "added": word not in own}


def create_indexes() -> None:
    create_partial("speaker_words_added", "speaker_words", ["word", "speaker_id"], "added")
    create_partial("speakers_by_root", "speakers", ["root_id"], "root_id IS NOT NULL")
    create_partial("speakers_to_regroup", "speakers", ["id"], "regrouping IS NOT NULL")
    op.drop_index("quotes_by_wording", "quotes")
    op.create_index("quotes_by_wording", "quotes", ["wording", "speaker_id", "grouped_by"])


def create_partial(name: str, table: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)


def cut_words(names: list[str]) -> list[str]:
    """The different words of names, as they were cut and folded when this was written."""
    return list(dict.fromkeys(word for name in sorted(names) for word in cut_name(name)))


def cut_name(name: str) -> list[str]:
    return [word for word in map(fold_word, WORD.findall(name)) if word][:NAME_WORDS]


def fold_word(word: str) -> str:
    if word.isascii():
        return word[:WORD_LENGTH].lower()
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", word[:WORD_LENGTH]).casefold())
    plain = "".join(letter for letter in apart if unicodedata.category(letter)[0] != "M")
    return "".join(letter for letter in plain.translate(PLAIN_LETTERS) if letter.isalnum())[:WORD_LENGTH]
