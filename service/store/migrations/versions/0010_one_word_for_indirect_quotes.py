"""The count of a speaker's indirect quotes, and their partitions, are named by the one word “indirect”."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

PARTITIONS = sa.text(
    "SELECT quote_ident(relname),"
    " quote_ident(regexp_replace(replace(relname, '_told', '_indirect'), '^quotes_spoken', 'quotes_direct'))"
    " FROM pg_inherits JOIN pg_class ON oid = inhrelid"
    " WHERE inhparent = to_regclass('quotes') AND relname ~ '^quotes_(told|spoken)(_|$)'"
)


def upgrade() -> None:
    op.execute("ALTER TABLE speakers RENAME COLUMN told_count TO indirect_count")
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        for name, new_name in connection.execute(PARTITIONS).all():
            op.execute(f"ALTER TABLE {name} RENAME TO {new_name}")
