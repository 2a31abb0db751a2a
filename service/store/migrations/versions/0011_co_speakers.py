"""People who speak a quote together with its speaker; reextraction finds those of stored articles."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PLAIN = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("quotes", sa.Column("co_speakers", sa.Integer, nullable=False, server_default="0"))
    op.create_table(
        "co_speakers",
        sa.Column("quote_key", KEY, primary_key=True, autoincrement=False),
        sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("speaker_id", PLAIN, sa.ForeignKey("speakers.id"), nullable=False),
        sa.Column("merged_from", PLAIN),
    )
    op.create_index("co_speakers_by_speaker", "co_speakers", ["speaker_id", "quote_key"])
    merged = sa.text("merged_from IS NOT NULL")
    op.create_index(
        "co_speakers_by_merge", "co_speakers", ["merged_from"], sqlite_where=merged, postgresql_where=merged
    )
