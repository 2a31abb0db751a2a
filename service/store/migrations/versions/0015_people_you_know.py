"""A list of known people, and every name that they go by."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

PLAIN = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "people",
        sa.Column("id", PLAIN, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", PLAIN, nullable=False),
        sa.Column("gender", PLAIN),
        sa.Column("external_id", PLAIN),
        sa.Column("description", sa.Text),
        sa.Column("since", MOMENT),
        sa.Column("until", MOMENT),
        sa.Column("aliases", sa.JSON, nullable=False),
    )
    op.create_index("people_by_external_id", "people", ["external_id", "id"])
    op.create_table(
        "people_names",
        sa.Column("name", PLAIN, primary_key=True),
        sa.Column("person_id", PLAIN, sa.ForeignKey("people.id", ondelete="CASCADE"), primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_index("people_names_by_person", "people_names", ["person_id"])
