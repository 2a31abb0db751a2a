"""The tables as queries see them; the migrations create them, and a test holds the two together.

A quote carries what lists filter and sort by, so that a page is one walk along one index.  Its segments
are a column, not a table: nothing looks for a segment without its quote.

A quote's `speaker_id` is who counts as its speaker: where that speaker was merged into another it is the
other, and `merged_from` keeps the speaker's own id.

`key` is where a row stands in time (see `order`), newest highest, and the row id in SQLite: there the
full-text index gives its matches in the order of keys, so the newest of a common word need no sorting.
"""

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    column,
    table,
)
from sqlalchemy.types import TypeDecorator

metadata = MetaData()

# Compared byte by byte on both databases, whatever the locale of the server.
Plain = Text().with_variant(Text(collation="C"), "postgresql")
Key = BigInteger().with_variant(Integer(), "sqlite")


class Moment(TypeDecorator[datetime]):
    """An aware datetime, in UTC; SQLite keeps no time zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return value and (value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC))


articles = Table(
    "articles",
    metadata,
    Column("key", Key, primary_key=True, autoincrement=False),
    Column("id", Plain, nullable=False, unique=True),
    Column("title", Text),
    Column("url", Text),
    Column("source", Text),
    Column("source_name", Plain),
    Column("author", Text),
    Column("published_at", Moment),
    Column("language", Text, nullable=False),
    Column("added_at", Moment, nullable=False),
    Column("digest", Plain, nullable=False),
    Column("extractor_version", Plain, nullable=False),
    Column("quote_count", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Index("articles_by_source", "source_name", "key"),
)

speakers = Table(
    "speakers",
    metadata,
    Column("id", Plain, primary_key=True),
    Column("name", Text, nullable=False),
    Column("kind", Plain, nullable=False),
    Column("unnamed", Boolean, nullable=False),
    Column("sort_name", Plain, nullable=False),
    Column("quote_count", Integer, nullable=False),
    Column("told_count", Integer, nullable=False),
    Column("external_id", Plain),
    Column("merged_into", Plain, ForeignKey("speakers.id")),
    Column("by_hand", Boolean, nullable=False),
    Column("words", Text, nullable=False),
    Index("speakers_by_name", "unnamed", "sort_name", "id"),
)

merged_speakers = speakers.c.merged_into.is_not(None)
# Of those alone, or the list of all others would be looked up in it.
Index(
    "speakers_by_merge",
    speakers.c.merged_into,
    sqlite_where=merged_speakers,
    postgresql_where=merged_speakers,
)

speaker_aliases = Table(
    "speaker_aliases",
    metadata,
    Column("speaker_id", Plain, ForeignKey("speakers.id", ondelete="CASCADE"), primary_key=True),
    Column("name", Plain, primary_key=True),
    Column("by_hand", Boolean, nullable=False),
)

speaker_words = Table(
    "speaker_words",
    metadata,
    Column("word", Plain, primary_key=True),
    Column("speaker_id", Plain, ForeignKey("speakers.id", ondelete="CASCADE"), primary_key=True),
    Column("unnamed", Boolean, nullable=False),
    Column("sort_name", Plain, nullable=False),
    Index("speaker_words_by_speaker", "speaker_id", "word"),
    Index("speaker_words_by_naming", "unnamed", "word", "sort_name", "speaker_id"),
)

quotes = Table(
    "quotes",
    metadata,
    Column("key", Key, primary_key=True, autoincrement=False),
    Column("id", Plain, nullable=False, unique=True),
    Column("article_id", Plain, ForeignKey("articles.id", ondelete="CASCADE"), nullable=False),
    Column("speaker_id", Plain, ForeignKey("speakers.id")),
    Column("source_name", Plain),
    Column("kind", Plain, nullable=False),
    Column("rule", Plain, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("segments", JSON, nullable=False),
    Column("mention_start", Integer),
    Column("mention_end", Integer),
    Column("mention_text", Text),
    Column("cue_start", Integer),
    Column("cue_end", Integer),
    Column("cue_text", Text),
    Column("clause_start", Integer),
    Column("clause_end", Integer),
    Column("clause_text", Text),
    Column("text", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("speaker_words", Text, nullable=False),
    Column("merged_from", Plain),
    Column("wording", BigInteger, nullable=False),
    Column("quotation", BigInteger, nullable=False),
    Column("extractor_version", Plain, nullable=False),
    Column("corrected", Boolean, nullable=False),
    Index("quotes_by_article", "article_id", "key"),
    # With the source and the kind, so that timelines and facets read the index alone.
    Index("quotes_by_speaker", "speaker_id", "key", "source_name", "kind"),
    Index("quotes_by_source", "source_name", "key"),
    Index("quotes_by_confidence", "confidence", "key"),
    Index("quotes_by_wording", "wording", "speaker_id"),
    Index("quotes_by_quotation", "quotation", "key"),
)
merged_quotes = quotes.c.merged_from.is_not(None)
Index("quotes_by_merge", quotes.c.merged_from, sqlite_where=merged_quotes, postgresql_where=merged_quotes)

# By which wordings that share words are found (see `wordings`); `words` is their number.
fingerprints = Table(
    "fingerprints",
    metadata,
    Column("value", BigInteger, primary_key=True, autoincrement=False),
    Column("words", Integer, primary_key=True, autoincrement=False),
    Column("wording", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

corrections = Table(
    "corrections",
    metadata,
    Column("quote_id", Plain, primary_key=True),
    Column("article_id", Plain, nullable=False),
    Column("found", JSON, nullable=False),
    Column("rejected", Boolean, nullable=False),
    Column("kind", Plain),
    Column("corrects_speaker", Boolean, nullable=False),
    Column("speaker_id", Plain, ForeignKey("speakers.id")),
    Column("reason", Text, nullable=False),
    Column("corrected_at", Moment, nullable=False),
    Index("corrections_by_article", "article_id", "quote_id"),
    Index("corrections_by_moment", "corrected_at", "quote_id"),
    Index("corrections_by_speaker", "speaker_id"),
)

# What is counted as it changes, so that nobody has to scan for it.
quote_counts = Table(
    "quote_counts",
    metadata,
    Column("kind", Plain, primary_key=True),
    Column("rule", Plain, primary_key=True),
    Column("quotes", Integer, nullable=False),
    Column("attributed", Integer, nullable=False),
)

# One row; `stamp` is another after every change.
store_state = Table(
    "store_state",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("stamp", Plain, nullable=False),
    Column("articles", Integer, nullable=False),
    Column("speakers", Integer, nullable=False),
)

# SQLite's full-text table over quotes, kept by triggers; PostgreSQL has the generated column `quotes.search`.
quotes_index = table("quotes_index", column("rowid"), column("quotes_index"))
