"""Keys are numbered within their second, so seconds whose rows lie all over it are moved together.

Until now a row took a place in its second by chance.  The next one now goes behind the last, so a second
needs room there: where that is less than ROOM_FOR times what it has, the rows move down, in their order.
"""

from collections.abc import Iterator
from typing import NamedTuple

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

KEYS_OF_A_SECOND = 1 << 24
TOLD_BELOW = 5 << 60
ROOM_FOR = 64
ROWS_AT_ONCE = 5_000

# Where rows stand in time: what is told has keys that lie below by as much as TOLD_BELOW.
PLACES = {
    "articles": "SELECT key AS place FROM articles",
    "quotes": (
        "SELECT CASE WHEN key < -1042462328802508800 THEN key + 5764607523034234880 ELSE key END AS place"
        " FROM quotes"
    ),
}
CROWDED = """
    SELECT second, number, last FROM (
        SELECT place >> 24 AS second, count(*) AS number, max(place) & 16777215 AS last
        FROM ({places}) AS places GROUP BY place >> 24
    ) AS seconds
    WHERE 16777215 - last < :room_for * number AND last > 2 * number
"""
MOVE_ARTICLES = "UPDATE articles SET key = :new"
MOVE_SPOKEN = "UPDATE quotes SET key = :new"
# What is told has its own key for a quotation.
MOVE_TOLD = "UPDATE quotes SET key = :new, wording = :new, quotation = :new"
SQLITE_TRIGGER = """
    CREATE TRIGGER quotes_index_changed
    AFTER UPDATE OF key, words, speaker_words, speaker_id ON quotes BEGIN
        INSERT INTO quotes_index (quotes_index, rowid, words, speaker)
        VALUES ('delete', old.key, old.words, old.speaker_words || coalesce(' _' || old.speaker_id, ''));
        INSERT INTO quotes_index (rowid, words, speaker)
        VALUES (new.key, new.words, new.speaker_words || coalesce(' _' || new.speaker_id, ''));
    END
"""


class Move(NamedTuple):
    """A place in time that a row leaves, and the one that it comes to."""

    old: int
    new: int


def upgrade() -> None:
    connection = op.get_bind()
    for second in find_crowded(connection, "articles"):
        for moves in find_moves(connection, second, [range_of("articles", 0)]):
            move_rows(connection, MOVE_ARTICLES, 0, moves)
    crowded = find_crowded(connection, "quotes")
    if crowded and connection.dialect.name == "sqlite":
        # The index is built again at the end: entry by entry it would take many times as long.
        op.execute("DROP TRIGGER quotes_index_changed")
    for second in crowded:
        ranges = [range_of("quotes", 0), range_of("quotes", TOLD_BELOW)]
        for moves in find_moves(connection, second, ranges):
            move_rows(connection, MOVE_SPOKEN, 0, moves)
            move_rows(connection, MOVE_TOLD, TOLD_BELOW, moves)
    if crowded and connection.dialect.name == "sqlite":
        op.execute(SQLITE_TRIGGER)
        op.execute("INSERT INTO quotes_index (quotes_index) VALUES ('rebuild')")


def find_crowded(connection: sa.Connection, table: str) -> list[int]:
    """The seconds whose rows are to be moved together."""
    statement = sa.text(CROWDED.format(places=PLACES[table]))
    return [row.second for row in connection.execute(statement, {"room_for": ROOM_FOR})]


def range_of(table: str, below: int) -> str:
    """The statement for the first places of rows between two, whose keys lie so far below."""
    return (
        f"SELECT place FROM (SELECT key + {below} AS place FROM {table}"  # noqa: S608 - names and numbers
        f" WHERE key > :after - {below} AND key <= :last - {below} ORDER BY key LIMIT :number) AS places"
    )


def find_moves(connection: sa.Connection, second: int, ranges: list[str]) -> Iterator[list[Move]]:
    """How the rows of a second come to stand behind one another, from the first on, a batch at a time."""
    statement = sa.text(f"{' UNION ALL '.join(ranges)} ORDER BY place LIMIT :number")
    first = second << 24
    free, after = first, first - 1
    last = first + KEYS_OF_A_SECOND - 1
    while places := (
        connection.execute(statement, {"after": after, "last": last, "number": ROWS_AT_ONCE}).scalars().all()
    ):
        moves = [Move(place, free + number) for number, place in enumerate(places)]
        free += len(places)
        after = places[-1]
        yield [move for move in moves if move.old != move.new]


def move_rows(connection: sa.Connection, statement: str, below: int, moves: list[Move]) -> None:
    if not moves:
        return
    old, new = ([place - below for place in places] for places in zip(*moves, strict=True))
    if connection.dialect.name == "postgresql" and new[-1] < old[0]:
        # None comes to where another still is, in whatever order they move.
        moved = "unnest(CAST(:old AS bigint[]), CAST(:new AS bigint[])) AS moved (old, new)"
        statement = f"{statement.replace(':new', 'moved.new')} FROM {moved} WHERE key = moved.old"
        connection.execute(sa.text(statement), {"old": old, "new": new})
    else:
        rows = [{"old": before, "new": after} for before, after in zip(old, new, strict=True)]
        connection.execute(sa.text(f"{statement} WHERE key = :old"), rows)
