"""Speakers merged and described by hand, corrected quotes, the extractor's version of each quote, counts."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

PLAIN = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True)

# SQLite takes the column and its reference in one statement alone.
MERGED_INTO = {
    "sqlite": "ALTER TABLE speakers ADD COLUMN merged_into TEXT REFERENCES speakers (id)",
    "postgresql": 'ALTER TABLE speakers ADD COLUMN merged_into TEXT COLLATE "C" REFERENCES speakers (id)',
}
# Until now each quote had the words of its speaker's one name.
SPEAKERS_WORDS = """
    UPDATE speakers SET words = coalesce(
        (SELECT speaker_words FROM quotes WHERE quotes.speaker_id = speakers.id LIMIT 1), '')
"""
QUOTES_VERSIONS = """
    UPDATE quotes SET extractor_version = (
        SELECT extractor_version FROM articles WHERE articles.id = quotes.article_id)
"""
COUNT_QUOTES = """
    INSERT INTO quote_counts (kind, rule, quotes, attributed)
    SELECT kind, rule, count(*), count(speaker_id) FROM quotes GROUP BY kind, rule
"""
COUNT_REST = """
    INSERT INTO store_state (id, stamp, articles, speakers)
    SELECT 1, '{stamp}', (SELECT count(*) FROM articles), (SELECT count(*) FROM speakers)
"""


WORDS_NAMING = """
    UPDATE speaker_words SET
        unnamed = (SELECT unnamed FROM speakers WHERE speakers.id = speaker_id),
        sort_name = (SELECT sort_name FROM speakers WHERE speakers.id = speaker_id)
"""


# PostgreSQL's index does not tell words of the quote from those of the name: each match was read again.
SEARCH_WORDS_ALONE = (
    "DROP INDEX quotes_by_words",
    "ALTER TABLE quotes DROP COLUMN search",
    """
    ALTER TABLE quotes ADD COLUMN search tsvector
        GENERATED ALWAYS AS (to_tsvector('simple', words)) STORED NOT NULL
    """,
    "CREATE INDEX quotes_by_words ON quotes USING gin (search)",
)


def upgrade() -> None:
    extend_speakers()
    extend_speaker_words()
    extend_quotes()
    renew_search()
    create_corrections()
    create_counts()


def extend_speakers() -> None:
    op.add_column("speakers", sa.Column("external_id", PLAIN))
    op.execute(MERGED_INTO[op.get_bind().dialect.name])
    op.add_column("speakers", sa.Column("by_hand", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("speakers", sa.Column("words", sa.Text, nullable=False, server_default=""))
    op.execute(SPEAKERS_WORDS)
    merged = sa.text("merged_into IS NOT NULL")
    op.create_index(
        "speakers_by_merge", "speakers", ["merged_into"], sqlite_where=merged, postgresql_where=merged
    )


def extend_speaker_words() -> None:
    op.add_column(
        "speaker_words", sa.Column("unnamed", sa.Boolean, nullable=False, server_default=sa.false())
    )
    op.add_column("speaker_words", sa.Column("sort_name", PLAIN, nullable=False, server_default=""))
    op.execute(WORDS_NAMING)
    op.drop_index("speaker_words_by_speaker", "speaker_words")
    op.create_index("speaker_words_by_speaker", "speaker_words", ["speaker_id", "word"])
    naming = ["unnamed", "word", "sort_name", "speaker_id"]
    op.create_index("speaker_words_by_naming", "speaker_words", naming)


def extend_quotes() -> None:
    op.add_column("quotes", sa.Column("merged_from", PLAIN))
    op.add_column("quotes", sa.Column("extractor_version", PLAIN, nullable=False, server_default=""))
    op.add_column("quotes", sa.Column("corrected", sa.Boolean, nullable=False, server_default=sa.false()))
    op.execute(QUOTES_VERSIONS)
    merged = sa.text("merged_from IS NOT NULL")
    op.create_index(
        "quotes_by_merge", "quotes", ["merged_from"], sqlite_where=merged, postgresql_where=merged
    )
    op.create_index("quotes_by_confidence", "quotes", ["confidence", "key"])


def renew_search() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for statement in SEARCH_WORDS_ALONE:
            op.execute(statement)


def create_corrections() -> None:
    op.create_table(
        "corrections",
        sa.Column("quote_id", PLAIN, primary_key=True),
        sa.Column("article_id", PLAIN, nullable=False),
        sa.Column("found", sa.JSON, nullable=False),
        sa.Column("rejected", sa.Boolean, nullable=False),
        sa.Column("kind", PLAIN),
        sa.Column("corrects_speaker", sa.Boolean, nullable=False),
        sa.Column("speaker_id", PLAIN, sa.ForeignKey("speakers.id")),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("corrected_at", MOMENT, nullable=False),
    )
    op.create_index("corrections_by_article", "corrections", ["article_id", "quote_id"])
    op.create_index("corrections_by_moment", "corrections", ["corrected_at", "quote_id"])
    op.create_index("corrections_by_speaker", "corrections", ["speaker_id"])


def create_counts() -> None:
    op.create_table(
        "quote_counts",
        sa.Column("kind", PLAIN, primary_key=True),
        sa.Column("rule", PLAIN, primary_key=True),
        sa.Column("quotes", sa.Integer, nullable=False),
        sa.Column("attributed", sa.Integer, nullable=False),
    )
    op.create_table(
        "store_state",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("stamp", PLAIN, nullable=False),
        sa.Column("articles", sa.Integer, nullable=False),
        sa.Column("speakers", sa.Integer, nullable=False),
    )
    op.execute(COUNT_QUOTES)
    op.execute(COUNT_REST.format(stamp=secrets.token_hex(8)))
