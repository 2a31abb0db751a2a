"""Numbers of changes: when articles and quotes were stored and changed, what is gone, what has no date."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

PLAIN = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SECONDS = {
    "sqlite": "CAST(strftime('%s', articles.added_at) AS INTEGER)",
    "postgresql": "CAST(floor(extract(epoch FROM articles.added_at)) AS bigint)",
}
# Numbers of the second at which an article was stored, in the order of lists.
NUMBER_ARTICLES = """
    UPDATE articles SET added = numbered.number, changed = numbered.number FROM (
        SELECT articles.key, ({seconds} << 24)
            + row_number() OVER (PARTITION BY {seconds} ORDER BY articles.key) AS number
        FROM articles
    ) AS numbered WHERE numbered.key = articles.key
"""
NUMBER_QUOTES = """
    UPDATE quotes SET added = numbered.number, changed = numbered.number FROM (
        SELECT quotes.key, ({seconds} << 24)
            + row_number() OVER (PARTITION BY {seconds} ORDER BY articles.key, quotes.key) AS number
        FROM quotes JOIN articles ON articles.id = quotes.article_id
    ) AS numbered WHERE numbered.key = quotes.key
"""
MARK_UNDATED = """
    UPDATE quotes SET undated = {true}
    WHERE article_id IN (SELECT id FROM articles WHERE published_at IS NULL)
"""
SET_LAST = """
    UPDATE store_state SET number = COALESCE((SELECT max(number) FROM (
        SELECT max(changed) AS number FROM articles UNION ALL SELECT max(changed) FROM quotes
    ) AS numbers), 0)
"""


def upgrade() -> None:
    database = op.get_bind().dialect.name
    for table in ("articles", "quotes"):
        for name in ("added", "changed"):
            op.add_column(table, sa.Column(name, NUMBER, nullable=False, server_default="0"))
    op.add_column("quotes", sa.Column("undated", sa.Boolean, nullable=False, server_default=sa.false()))
    for name in ("number", "dropped"):
        op.add_column("store_state", sa.Column(name, NUMBER, nullable=False, server_default="0"))
    for statement in (NUMBER_ARTICLES, NUMBER_QUOTES):
        op.execute(statement.format(seconds=SECONDS[database]))
    op.execute(MARK_UNDATED.format(true="1" if database == "sqlite" else "true"))
    op.execute(SET_LAST)
    create_changes()
    create_indexes()


def create_changes() -> None:
    op.create_table(
        "changes",
        sa.Column("number", NUMBER, primary_key=True, autoincrement=False),
        sa.Column("type", PLAIN, nullable=False),
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("action", PLAIN, nullable=False),
    )
    op.create_index("changes_by_thing", "changes", ["type", "id"], unique=True)
    create_partial("changes_of_removal", "changes", ["number"], "action = 'removed'")


def create_indexes() -> None:
    op.create_index("articles_by_added", "articles", ["added"])
    op.create_index("articles_by_changed", "articles", ["changed"])
    op.create_index("quotes_by_added", "quotes", ["added"])
    op.drop_index("quotes_by_speaker", "quotes")
    op.create_index("quotes_by_speaker", "quotes", ["speaker_id", "key", "source_name", "kind", "undated"])
    # As the queries have it, or neither database would use the index.
    truth = "1" if op.get_bind().dialect.name == "sqlite" else "true"
    create_partial("quotes_undated", "quotes", ["key"], f"undated IS {truth}")
    create_partial("articles_undated", "articles", ["key"], "published_at IS NULL")


def create_partial(name: str, table: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)
