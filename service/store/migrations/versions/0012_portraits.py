"""Roles and gender of a quote's speaker; reextraction finds those of stored articles."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

PLAIN = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("quotes", sa.Column("roles", sa.JSON))
    op.add_column("quotes", sa.Column("gender", PLAIN))
    op.add_column("quotes", sa.Column("gender_evidence", PLAIN))
