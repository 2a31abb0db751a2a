"""Corrections keep the words that they are about, and say if those are gone; confirmed quotes are sure."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

TEXTS = "SELECT corrections.quote_id, found, text FROM corrections JOIN articles ON articles.id = article_id"
SET_WORDS = sa.text(
    "UPDATE corrections SET segments = :segments, unplaced = :unplaced WHERE quote_id = :quote_id"
).bindparams(sa.bindparam("segments", type_=sa.JSON))


def upgrade() -> None:
    op.add_column("corrections", sa.Column("segments", sa.JSON, nullable=False, server_default="[]"))
    op.add_column("corrections", sa.Column("unplaced", sa.Boolean, nullable=False, server_default=sa.false()))
    connection = op.get_bind()
    rows = [describe_words(row) for row in connection.execute(sa.text(TEXTS))]
    if rows:
        connection.execute(SET_WORDS, rows)
    op.execute("UPDATE quotes SET confidence = 1 WHERE corrected")
    unplaced = sa.text("unplaced")
    op.create_index(
        "corrections_unplaced",
        "corrections",
        ["corrected_at", "quote_id"],
        sqlite_where=unplaced,
        postgresql_where=unplaced,
    )


def describe_words(row: sa.Row[Any]) -> dict[str, Any]:
    found = json.loads(row.found) if isinstance(row.found, str) else row.found
    segments = found["quote"]["segments"]
    gone = any(row.text[span["start"] : span["end"]] != span["text"] for span in segments)
    return {"quote_id": row.quote_id, "segments": segments, "unplaced": gone}
