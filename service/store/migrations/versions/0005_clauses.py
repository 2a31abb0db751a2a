"""The reported clause around a mixed quote."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("quotes", sa.Column("clause_start", sa.Integer))
    op.add_column("quotes", sa.Column("clause_end", sa.Integer))
    op.add_column("quotes", sa.Column("clause_text", sa.Text))
