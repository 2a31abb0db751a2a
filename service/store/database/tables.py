"""The tables as queries see them; the migrations create them, and a test holds the two together.

A quote carries what lists filter and sort by, so that a page is one walk along one index.  Its segments
are a column, not a table: nothing looks for a segment without its quote.

A quote keeps the `speaker_id` it was written with.  A merge changes speakers alone: `root_id` of one who is
merged says who has their quotes, so whoever looks for the quotes of a root looks for those of all members.

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
    false,
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
    # Numbers (see `change_numbers`) of its first storing and of its last change, or that of its quotes.
    Column("added", Key, nullable=False, server_default="0"),
    Column("changed", Key, nullable=False, server_default="0"),
    Index("articles_by_source", "source_name", "key"),
    Index("articles_by_added", "added"),
    Index("articles_by_changed", "changed"),
)
undated_articles = articles.c.published_at.is_(None)
Index(
    "articles_undated",
    articles.c.key,
    sqlite_where=undated_articles,
    postgresql_where=undated_articles,
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
    Column("indirect_count", Integer, nullable=False),
    Column("external_id", Plain),
    Column("merged_into", Plain, ForeignKey("speakers.id")),
    # The one at the end of all merges; null for who is not merged.
    Column("root_id", Plain, ForeignKey("speakers.id")),
    # Another after each merge, as long as quotations do not follow it yet; else null.
    Column("regrouping", Plain),
    Column("by_hand", Boolean, nullable=False),
    # Of the name as it was first, which never change: quotes hold them.
    Column("words", Text, nullable=False),
    # As a person stated it.
    Column("gender", Plain),
    Index("speakers_by_name", "unnamed", "sort_name", "id"),
)

linked_speakers = speakers.c.external_id.is_not(None)
Index(
    "speakers_by_external_id",
    speakers.c.external_id,
    sqlite_where=linked_speakers,
    postgresql_where=linked_speakers,
)
merged_speakers = speakers.c.merged_into.is_not(None)
# Of those alone, or the list of all others would be looked up in it.
Index(
    "speakers_by_merge",
    speakers.c.merged_into,
    sqlite_where=merged_speakers,
    postgresql_where=merged_speakers,
)
rooted_speakers = speakers.c.root_id.is_not(None)
Index("speakers_by_root", speakers.c.root_id, sqlite_where=rooted_speakers, postgresql_where=rooted_speakers)
regrouped_speakers = speakers.c.regrouping.is_not(None)
Index(
    "speakers_to_regroup",
    speakers.c.id,
    sqlite_where=regrouped_speakers,
    postgresql_where=regrouped_speakers,
)

speaker_aliases = Table(
    "speaker_aliases",
    metadata,
    Column("speaker_id", Plain, ForeignKey("speakers.id", ondelete="CASCADE"), primary_key=True),
    Column("name", Plain, primary_key=True),
    Column("by_hand", Boolean, nullable=False),
)

# The words by which a speaker is found: of all names of all who are merged with them.
speaker_words = Table(
    "speaker_words",
    metadata,
    Column("word", Plain, primary_key=True),
    Column("speaker_id", Plain, ForeignKey("speakers.id", ondelete="CASCADE"), primary_key=True),
    # Null for who is merged into another, and so in no list of speakers.
    Column("unnamed", Boolean),
    Column("sort_name", Plain, nullable=False),
    # Whether it is none of the words that the speaker's quotes hold.
    Column("added", Boolean, nullable=False),
    Index("speaker_words_by_speaker", "speaker_id", "word"),
    Index("speaker_words_by_naming", "unnamed", "word", "sort_name", "speaker_id"),
)
added_words = speaker_words.c.added.is_(True)
Index(
    "speaker_words_added",
    speaker_words.c.word,
    speaker_words.c.speaker_id,
    sqlite_where=added_words,
    postgresql_where=added_words,
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
    # The speaker by whom equal quotes are told apart, if merges made that another.
    Column("grouped_by", Plain),
    Column("wording", BigInteger, nullable=False),
    Column("quotation", BigInteger, nullable=False),
    Column("extractor_version", Plain, nullable=False),
    Column("corrected", Boolean, nullable=False),
    # The phrases that say who the speaker is, the place of the best, and the body in it; null without any.
    Column("roles", JSON(none_as_null=True)),
    Column("gender", Plain),
    Column("gender_evidence", Plain),
    # Of the known person who speaks; or those of the name who may, null without any.
    Column("external_id", Plain),
    Column("candidates", JSON(none_as_null=True)),
    # How many rows of `co_speakers` the quote has.
    Column("co_speakers", Integer, nullable=False, server_default="0"),
    Column("word_count", Integer, nullable=False, server_default="0"),
    # The best role as it is compared, without what follows of, for, at ...
    Column("role_name", Plain),
    # Numbers of its first storing, and of the last.
    Column("added", Key, nullable=False, server_default="0"),
    Column("changed", Key, nullable=False, server_default="0"),
    # Whether its article has no date: the key is then of the moment of storing.
    Column("undated", Boolean, nullable=False, server_default=false()),
    Index("quotes_by_article", "article_id", "key"),
    Index("quotes_by_role", "role_name", "key"),
    # With what timelines and facets count, so that they read the index alone.
    Index("quotes_by_speaker", "speaker_id", "key", "source_name", "kind", "undated"),
    Index("quotes_by_source", "source_name", "key"),
    Index("quotes_by_confidence", "confidence", "key"),
    Index("quotes_by_wording", "wording", "speaker_id", "grouped_by"),
    Index("quotes_by_quotation", "quotation", "key"),
    Index("quotes_by_added", "added"),
)
undated_quotes = quotes.c.undated.is_(True)
Index("quotes_undated", quotes.c.key, sqlite_where=undated_quotes, postgresql_where=undated_quotes)
known_quotes = quotes.c.external_id.is_not(None)
Index(
    "quotes_by_external_id",
    quotes.c.external_id,
    quotes.c.key,
    sqlite_where=known_quotes,
    postgresql_where=known_quotes,
)

# Without a foreign key to quotes, whose table may be in partitions: a quote comes and goes with its rows.
co_speakers = Table(
    "co_speakers",
    metadata,
    Column("quote_key", Key, primary_key=True, autoincrement=False),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("speaker_id", Plain, ForeignKey("speakers.id"), nullable=False),
    Index("co_speakers_by_speaker", "speaker_id", "quote_key"),
)

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
    Column("segments", JSON, nullable=False),
    Column("unplaced", Boolean, nullable=False),
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
unplaced_corrections = corrections.c.unplaced.is_(True)
Index(
    "corrections_unplaced",
    corrections.c.corrected_at,
    corrections.c.quote_id,
    sqlite_where=unplaced_corrections,
    postgresql_where=unplaced_corrections,
)

# The people whom users know; articles name them by one of the names, which are folded.
people = Table(
    "people",
    metadata,
    Column("id", Plain, primary_key=True),
    Column("name", Text, nullable=False),
    Column("kind", Plain, nullable=False),
    Column("gender", Plain),
    Column("external_id", Plain),
    Column("description", Text),
    Column("since", Moment),
    Column("until", Moment),
    Column("aliases", JSON, nullable=False),
    Index("people_by_external_id", "external_id", "id"),
)

people_names = Table(
    "people_names",
    metadata,
    Column("name", Plain, primary_key=True),
    Column("person_id", Plain, ForeignKey("people.id", ondelete="CASCADE"), primary_key=True),
    Index("people_names_by_person", "person_id"),
    sqlite_with_rowid=False,
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

# What changed without its article, one row a thing: see `change_log`.
changes = Table(
    "changes",
    metadata,
    Column("number", Key, primary_key=True, autoincrement=False),
    Column("type", Plain, nullable=False),
    Column("id", Plain, nullable=False),
    Column("action", Plain, nullable=False),
    Index("changes_by_thing", "type", "id", unique=True),
)
removals = changes.c.action == "removed"
Index("changes_of_removal", changes.c.number, sqlite_where=removals, postgresql_where=removals)

# One row; `stamp` is another after every change, `number` is the last number of a change that was given, and
# `dropped` that of the last removal that is no longer kept.
store_state = Table(
    "store_state",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("stamp", Plain, nullable=False),
    Column("articles", Integer, nullable=False),
    Column("speakers", Integer, nullable=False),
    Column("number", Key, nullable=False, server_default="0"),
    Column("dropped", Key, nullable=False, server_default="0"),
)

# SQLite's full-text table over quotes, kept by triggers; PostgreSQL has the generated column `quotes.search`.
quotes_index = table("quotes_index", column("rowid"), column("quotes_index"))
