"""Who the speaker of a quote is on the list of known people; reextraction finds those of stored articles."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

PLAIN = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("quotes", sa.Column("external_id", PLAIN))
    op.add_column("quotes", sa.Column("candidates", sa.JSON))
    known = sa.text("external_id IS NOT NULL")
    op.create_index(
        "quotes_by_external_id",
        "quotes",
        ["external_id", "key"],
        sqlite_where=known,
        postgresql_where=known,
    )
    op.create_index(
        "speakers_by_external_id", "speakers", ["external_id"], sqlite_where=known, postgresql_where=known
    )
