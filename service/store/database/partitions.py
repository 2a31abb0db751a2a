"""The table of quotes in partitions by month, on PostgreSQL.

Partitions tile the keys, those of indirect quotes apart, so that every key has its place.  There is no
default partition: with one PostgreSQL would merge all of them for a list, instead of walking along them.
Months with few quotes share a partition: each costs planning time in a query that does not bound the keys.

New partitions are filled while the table is still read, and replace the ones they were cut from all
at once at the end of the transaction.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

import regex
from sqlalchemy import Connection, text

from service.store.database.keys import (
    END_OF_KEYS,
    EPOCH,
    FIRST_DIRECT_KEY,
    INDIRECT_BELOW,
    LEAST_KEY,
    TIE_BITS,
    first_key_at,
    place_of,
)
from service.store.errors import PartitionRefused

MONTHS_AHEAD = 3
RANGES = ((0, FIRST_DIRECT_KEY, END_OF_KEYS), (INDIRECT_BELOW, LEAST_KEY, FIRST_DIRECT_KEY))
BOUNDS = regex.compile(r"FOR VALUES FROM \((?:MINVALUE|'(-?\d+)')\) TO \((?:MAXVALUE|'(-?\d+)')\)")

KNOWN = text("SELECT to_regclass(:name) IS NOT NULL")
KIND = text("SELECT relkind FROM pg_class WHERE oid = to_regclass('quotes')")
OWNER = text("SELECT quote_ident(pg_get_userbyid(relowner)) FROM pg_class WHERE oid = to_regclass('quotes')")
TILES = text(
    "SELECT quote_ident(relname), pg_get_expr(relpartbound, oid)"
    " FROM pg_inherits JOIN pg_class ON oid = inhrelid WHERE inhparent = to_regclass('quotes')"
)
# What would be lost with the table that is replaced.
DEPENDENT = text(
    "SELECT ev_class::regclass::text FROM pg_depend JOIN pg_rewrite ON pg_rewrite.oid = objid"
    " WHERE refobjid = to_regclass('quotes')"
    " UNION SELECT tgname FROM pg_trigger WHERE tgrelid = to_regclass('quotes') AND NOT tgisinternal"
    " ORDER BY 1 LIMIT 1"
)
COUNT = text("SELECT count(*) FROM quotes WHERE key BETWEEN :first AND :last")
COUNTS = text(
    "SELECT extract(epoch FROM date_trunc('month', to_timestamp((key + :shift) >> :bits)))::bigint, count(*)"
    " FROM quotes WHERE key BETWEEN :first AND :last GROUP BY 1 ORDER BY 1"
)
COLUMNS = text(
    "SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute"
    " WHERE attrelid = to_regclass(:name) AND attnum > 0 AND attgenerated = '' AND NOT attisdropped"
)
INDEXES = text(
    "SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = to_regclass(:name) AND NOT indisunique"
)
CONSTRAINTS = text(
    "SELECT quote_ident(conname), contype, pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE conrelid = to_regclass(:name) AND contype IN ('p', 'u', 'f')"
)
RIGHTS = text(
    "SELECT privilege_type, CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END,"
    " CASE WHEN is_grantable THEN ' WITH GRANT OPTION' ELSE '' END"
    " FROM pg_class, aclexplode(relacl) WHERE oid = to_regclass(:name)"
)


class Tile(NamedTuple):
    """The keys of a partition, from `first` up to `end`, exclusive."""

    name: str
    first: int
    end: int


def partition_quotes(connection: Connection, least: int, now: datetime) -> tuple[int, int]:
    """Partition the table by month; return the number of partitions and of new ones.

    Months share a partition until it has `least` quotes; the current month is split off once it has
    passed, or earlier if the month before had so many.  Raises PartitionRefused.
    """
    if connection.dialect.name != "postgresql":
        raise PartitionRefused("this store is on SQLite, which has no partitions: they need PostgreSQL")
    connection.exec_driver_sql(f"SET LOCAL ROLE {connection.execute(OWNER).scalar_one()}")
    # Unlike other writers, this one reads whole tables.
    connection.exec_driver_sql("SET LOCAL enable_seqscan = on; SET LOCAL enable_hashjoin = on")
    # Readers go on; whoever writes without this service's own lock waits as well.
    connection.exec_driver_sql("LOCK TABLE quotes IN SHARE MODE")
    is_partitioned = connection.execute(KIND).scalar_one() == "p"
    if not is_partitioned:
        check_dependents(connection)
    tiles = read_tiles(connection) if is_partitioned else [Tile("quotes", LEAST_KEY, END_OF_KEYS)]
    ahead = find_months_ahead(connection, least, now)
    pieces = {tile: cut_tile(connection, tile, least, now, ahead) for tile in tiles}
    cut = {tile: parts for tile, parts in pieces.items() if len(parts) > 1}
    new = [(tile, piece) for tile, parts in cut.items() for piece in parts]
    new += [(tiles[0], gap) for gap in find_gaps(tiles)]
    for tile, piece in new:
        build_piece(connection, tile.name, piece)
    if is_partitioned:
        for tile in cut:
            connection.exec_driver_sql(f"ALTER TABLE quotes DETACH PARTITION {tile.name}")
            connection.exec_driver_sql(f"DROP TABLE {tile.name}")
    else:
        replace_table(connection)
    for _, piece in new:
        attach_piece(connection, piece)
    return len(tiles) - len(cut) + len(new), len(new)


def check_dependents(connection: Connection) -> None:
    dependent = connection.execute(DEPENDENT).scalar()
    if dependent is not None:
        raise PartitionRefused(
            f"{dependent} depends on the table of quotes: drop it, and create it again afterwards"
        )


def read_tiles(connection: Connection) -> list[Tile]:
    """Read the existing partitions, in order of keys."""
    tiles = []
    for name, bounds in connection.execute(TILES):
        found = BOUNDS.fullmatch(bounds)
        if found is None:
            raise PartitionRefused(f"{name} is no partition of this service's: {bounds}")
        first, end = found.groups()
        tiles.append(Tile(name, int(first or LEAST_KEY), int(end or END_OF_KEYS)))
    return sorted(tiles, key=lambda tile: tile.first)


def find_gaps(tiles: Sequence[Tile]) -> Iterator[Tile]:
    """Yield the keys of partitions that were detached."""
    ends = [LEAST_KEY, *(tile.end for tile in tiles)]
    firsts = [*(tile.first for tile in tiles), END_OF_KEYS]
    for first, end in zip(ends, firsts, strict=True):
        if first < end:
            yield name_tile(first, end)


def find_months_ahead(connection: Connection, least: int, now: datetime) -> set[int]:
    """The first keys of the coming months, if the month before this one needed a partition."""
    found: set[int] = set()
    for shift, _, _ in RANGES:
        before, *ahead = (key - shift for key in list_months(now))
        if connection.execute(COUNT, {"first": before, "last": ahead[0] - 1}).scalar_one() >= least:
            found.update(ahead)
    return found


def list_months(now: datetime) -> list[int]:
    """List the first keys of the last month, of this one and of some to come."""
    number = now.year * 12 + now.month - 1
    months = [divmod(number + ahead, 12) for ahead in range(-1, MONTHS_AHEAD + 1)]
    return [first_key_at(datetime(year, month + 1, 1, tzinfo=UTC)) for year, month in months]


def cut_tile(connection: Connection, tile: Tile, least: int, now: datetime, ahead: set[int]) -> list[Tile]:
    """Return the partitions to cut one into: mostly that one alone."""
    cuts = {FIRST_DIRECT_KEY, *ahead}
    for shift, lowest, end in RANGES:
        this_month = list_months(now)[1] - shift
        first, last = max(tile.first, lowest), min(tile.end, end, this_month) - 1
        if first < last and find_month(first) != find_month(last):
            values = {"shift": shift, "bits": TIE_BITS, "first": first, "last": last}
            counts = [(seconds, number) for seconds, number in connection.execute(COUNTS, values)]
            cuts.update((seconds << TIE_BITS) - shift for seconds in find_cuts(counts, least))
    inside = sorted(key for key in cuts if tile.first < key < tile.end)
    return [name_tile(first, end) for first, end in pairwise((tile.first, *inside, tile.end))]


def find_cuts(counts: Iterable[tuple[int, int]], least: int) -> Iterator[int]:
    """Yield the months at which another partition begins, given the number of quotes of each month."""
    total = 0
    for month, number in counts:
        if total >= least:
            yield month
            total = 0
        total += number


def find_month(key: int) -> str | None:
    """The month of a key as in names, such as 2026_03; None for a key beyond all dates."""
    try:
        moment = EPOCH + timedelta(seconds=place_of(key) >> TIE_BITS)
    except OverflowError:
        return None
    return moment.isoformat()[:7].replace("-", "_")


def name_tile(first: int, end: int) -> Tile:
    """Make a partition, with a name that no other has."""
    kind = "indirect" if end <= FIRST_DIRECT_KEY else "direct"
    month, last = (
        None if key in (LEAST_KEY, FIRST_DIRECT_KEY) else find_month(key) for key in (first, end - 1)
    )
    parts = [month] if month == last else [f"from_{month}" if month else None, f"to_{last}" if last else None]
    return Tile("_".join(["quotes", kind, *filter(None, parts)]), first, end)


def build_piece(connection: Connection, source: str, piece: Tile) -> None:
    """Create a table like `source` with its quotes of these keys."""
    if connection.execute(KNOWN, {"name": piece.name}).scalar_one():
        raise PartitionRefused(f"there is a table {piece.name} of no use here: rename it, or drop it")
    # Without this check PostgreSQL would read the table to see whether the keys are right, while all wait.
    connection.exec_driver_sql(
        f"CREATE TABLE {piece.name} (LIKE {source} INCLUDING ALL EXCLUDING INDEXES,"
        f" CONSTRAINT within CHECK (key >= {piece.first} AND key <= {piece.end - 1}))"
    )
    columns = connection.execute(COLUMNS, {"name": source}).scalar_one()
    connection.exec_driver_sql(
        f"INSERT INTO {piece.name} ({columns}) SELECT {columns} FROM {source}"  # noqa: S608 - names alone
        f" WHERE key BETWEEN {piece.first} AND {piece.end - 1} ORDER BY key"
    )
    for definition in connection.execute(INDEXES, {"name": source}).scalars().all():
        connection.exec_driver_sql(f"CREATE INDEX ON {piece.name} USING {definition.partition(' USING ')[2]}")
    # An id is unique in each partition, and so in all: the quotes of an article stand in one second.
    for _, _, definition in connection.execute(CONSTRAINTS, {"name": source}).all():
        connection.exec_driver_sql(f"ALTER TABLE {piece.name} ADD {definition}")
    copy_rights(connection, source, piece.name)


def replace_table(connection: Connection) -> None:
    """Replace the table by an empty one that takes partitions."""
    connection.exec_driver_sql(
        "CREATE TABLE quotes_partitioned (LIKE quotes INCLUDING ALL EXCLUDING INDEXES)"
        " PARTITION BY RANGE (key)"
    )
    copy_rights(connection, "quotes", "quotes_partitioned")
    indexes = connection.execute(INDEXES, {"name": "quotes"}).scalars().all()
    constraints = connection.execute(CONSTRAINTS, {"name": "quotes"}).all()
    connection.exec_driver_sql("DROP TABLE quotes")
    connection.exec_driver_sql("ALTER TABLE quotes_partitioned RENAME TO quotes")
    for name, kind, definition in constraints:
        # What is unique over several partitions has to hold the key.
        if kind != "u":
            connection.exec_driver_sql(f"ALTER TABLE quotes ADD CONSTRAINT {name} {definition}")
    for definition in indexes:
        connection.exec_driver_sql(definition)


def attach_piece(connection: Connection, piece: Tile) -> None:
    first = "MINVALUE" if piece.first == LEAST_KEY else piece.first
    end = "MAXVALUE" if piece.end == END_OF_KEYS else piece.end
    connection.exec_driver_sql(
        f"ALTER TABLE quotes ATTACH PARTITION {piece.name} FOR VALUES FROM ({first}) TO ({end})"
    )
    connection.exec_driver_sql(f"ALTER TABLE {piece.name} DROP CONSTRAINT within")


def copy_rights(connection: Connection, source: str, target: str) -> None:
    for right, role, option in connection.execute(RIGHTS, {"name": source}).all():
        connection.exec_driver_sql(f"GRANT {right} ON {target} TO {role}{option}")
