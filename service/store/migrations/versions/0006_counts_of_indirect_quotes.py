"""Indirect quotes are counted apart; there are none in a store until its articles are read anew."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("speakers", sa.Column("told_count", sa.Integer, nullable=False, server_default="0"))
