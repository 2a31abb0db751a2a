"""PostgreSQL's full-text index gets pairs of words, for phrases: where words stand it does not hold."""

from alembic import op

revision = "0003"
down_revision = "0002"

# "_we will", once, with no position: no word begins with "_", so no beginning of a word finds a pair.
PAIRS = r"""
    CREATE FUNCTION quotes_pairs(words text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN (
        WITH parted AS (SELECT string_to_array(words, ' ') AS word)
        SELECT array_to_tsvector(coalesce(array_agg(DISTINCT '_' || first || ' ' || second), '{}'))
        FROM parted, unnest(word[1:cardinality(word) - 1], word[2:]) AS pair (first, second)
    )
"""
SEARCH_WORDS_AND_PAIRS = (
    PAIRS,
    "DROP INDEX quotes_by_words",
    "ALTER TABLE quotes DROP COLUMN search",
    """
    ALTER TABLE quotes ADD COLUMN search tsvector
        GENERATED ALWAYS AS (to_tsvector('simple', words) || quotes_pairs(words)) STORED NOT NULL
    """,
    "CREATE INDEX quotes_by_words ON quotes USING gin (search)",
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for statement in SEARCH_WORDS_AND_PAIRS:
            op.execute(statement)
