"""Articles, speakers and quotes, with full-text search over quotes."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

PLAIN = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


# SQLite's index has the speaker's id beside the words of the name, so that it answers for both alone.  Words
# come folded and cut, and the tokenizer "ascii" leaves what is beyond ASCII as it is.  Of words with a short
# beginning there are too many to look each one up, hence `prefix`.
SQLITE_INDEX = (
    """
    CREATE VIEW quotes_indexed AS
    SELECT key, words, speaker_words || coalesce(' _' || speaker_id, '') AS speaker FROM quotes
    """,
    """
    CREATE VIRTUAL TABLE quotes_index USING fts5(
        words, speaker, content='quotes_indexed', content_rowid='key', columnsize=0,
        tokenize="ascii tokenchars '_'", prefix='2 3'
    )
    """,
    """
    CREATE TRIGGER quotes_index_added AFTER INSERT ON quotes BEGIN
        INSERT INTO quotes_index (rowid, words, speaker)
        VALUES (new.key, new.words, new.speaker_words || coalesce(' _' || new.speaker_id, ''));
    END
    """,
    """
    CREATE TRIGGER quotes_index_removed AFTER DELETE ON quotes BEGIN
        INSERT INTO quotes_index (quotes_index, rowid, words, speaker)
        VALUES ('delete', old.key, old.words, old.speaker_words || coalesce(' _' || old.speaker_id, ''));
    END
    """,
    """
    CREATE TRIGGER quotes_index_changed
    AFTER UPDATE OF key, words, speaker_words, speaker_id ON quotes BEGIN
        INSERT INTO quotes_index (quotes_index, rowid, words, speaker)
        VALUES ('delete', old.key, old.words, old.speaker_words || coalesce(' _' || old.speaker_id, ''));
        INSERT INTO quotes_index (rowid, words, speaker)
        VALUES (new.key, new.words, new.speaker_words || coalesce(' _' || new.speaker_id, ''));
    END
    """,
)
POSTGRESQL_INDEX = (
    """
    ALTER TABLE quotes ADD COLUMN search tsvector GENERATED ALWAYS AS (
        setweight(to_tsvector('simple', words), 'A') || setweight(to_tsvector('simple', speaker_words), 'B')
    ) STORED NOT NULL
    """,
    "CREATE INDEX quotes_by_words ON quotes USING gin (search)",
)


def upgrade() -> None:
    create_articles()
    create_speakers()
    create_quotes()
    for statement in SQLITE_INDEX if op.get_bind().dialect.name == "sqlite" else POSTGRESQL_INDEX:
        op.execute(statement)


def create_articles() -> None:
    op.create_table(
        "articles",
        sa.Column("key", KEY, primary_key=True, autoincrement=False),
        sa.Column("id", PLAIN, nullable=False, unique=True),
        sa.Column("title", sa.Text),
        sa.Column("url", sa.Text),
        sa.Column("source", sa.Text),
        sa.Column("source_name", PLAIN),
        sa.Column("author", sa.Text),
        sa.Column("published_at", MOMENT),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.Column("digest", PLAIN, nullable=False),
        sa.Column("extractor_version", PLAIN, nullable=False),
        sa.Column("quote_count", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )
    op.create_index("articles_by_source", "articles", ["source_name", "key"])


def create_speakers() -> None:
    op.create_table(
        "speakers",
        sa.Column("id", PLAIN, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", PLAIN, nullable=False),
        sa.Column("unnamed", sa.Boolean, nullable=False),
        sa.Column("sort_name", PLAIN, nullable=False),
        sa.Column("quote_count", sa.Integer, nullable=False),
    )
    op.create_index("speakers_by_name", "speakers", ["unnamed", "sort_name", "id"])
    op.create_table(
        "speaker_aliases",
        sa.Column("speaker_id", PLAIN, sa.ForeignKey("speakers.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("name", PLAIN, primary_key=True),
        sa.Column("by_hand", sa.Boolean, nullable=False),
    )
    op.create_table(
        "speaker_words",
        sa.Column("word", PLAIN, primary_key=True),
        sa.Column("speaker_id", PLAIN, sa.ForeignKey("speakers.id", ondelete="CASCADE"), primary_key=True),
    )
    op.create_index("speaker_words_by_speaker", "speaker_words", ["speaker_id"])


def create_quotes() -> None:
    op.create_table(
        "quotes",
        sa.Column("key", KEY, primary_key=True, autoincrement=False),
        sa.Column("id", PLAIN, nullable=False, unique=True),
        sa.Column("article_id", PLAIN, sa.ForeignKey("articles.id", ondelete="CASCADE"), nullable=False),
        sa.Column("speaker_id", PLAIN, sa.ForeignKey("speakers.id")),
        sa.Column("source_name", PLAIN),
        sa.Column("kind", PLAIN, nullable=False),
        sa.Column("rule", PLAIN, nullable=False),
        sa.Column("confidence", sa.Float, nullable=False),
        sa.Column("segments", sa.JSON, nullable=False),
        sa.Column("mention_start", sa.Integer),
        sa.Column("mention_end", sa.Integer),
        sa.Column("mention_text", sa.Text),
        sa.Column("cue_start", sa.Integer),
        sa.Column("cue_end", sa.Integer),
        sa.Column("cue_text", sa.Text),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("speaker_words", sa.Text, nullable=False),
    )
    op.create_index("quotes_by_article", "quotes", ["article_id", "key"])
    op.create_index("quotes_by_speaker", "quotes", ["speaker_id", "key"])
    op.create_index("quotes_by_source", "quotes", ["source_name", "key"])
