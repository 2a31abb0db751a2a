"""Counts that are kept up to date (quotes by speaker, kind and rule, articles, speakers), and the stamp."""

import secrets
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import Connection, Update, bindparam, delete, exists, insert, select, update

from service.store.database.bound_values import NUMBER, WORDS, Columns, bind_rows, list_table
from service.store.database.tables import corrections, quote_counts, speakers, store_state
from service.store.records import Statistics

IDS_IN_A_STATEMENT = 1_000
STAMP = "SELECT stamp FROM store_state"

NUMBERS: Columns = {"id": WORDS, "direct": NUMBER, "indirect": NUMBER}
ADD_TO_RULE = (
    update(quote_counts)
    .where(quote_counts.c.kind == bindparam("of_kind"), quote_counts.c.rule == bindparam("of_rule"))
    .values(
        quotes=quote_counts.c.quotes + bindparam("number"),
        attributed=quote_counts.c.attributed + bindparam("with_speaker"),
    )
)
CHANGE_STATE = update(store_state).values(
    stamp=bindparam("new_stamp"),
    articles=store_state.c.articles + bindparam("more_articles"),
    speakers=store_state.c.speakers + bindparam("more_speakers"),
)
MERGED = speakers.alias("merged")
REMOVE_UNQUOTED = delete(speakers).where(
    speakers.c.id.in_(bindparam("ids", expanding=True)),
    speakers.c.quote_count == 0,
    speakers.c.indirect_count == 0,
    speakers.c.by_hand.is_(False),
    speakers.c.merged_into.is_(None),
    ~exists().where(MERGED.c.merged_into == speakers.c.id),
    ~exists().where(corrections.c.speaker_id == speakers.c.id),
)


@dataclass(slots=True)
class Tally:
    """The changes that a transaction makes to the counts; `speakers` is the change in their number."""

    articles: int = 0
    speakers: int = 0
    of_speaker: Counter[str] = field(default_factory=Counter)
    indirect_of_speaker: Counter[str] = field(default_factory=Counter)
    of_rule: Counter[tuple[str, str]] = field(default_factory=Counter)
    attributed: Counter[tuple[str, str]] = field(default_factory=Counter)
    left: set[str] = field(default_factory=set)
    # Quotes whose rows were removed, with the numbers of their first storing, and those that were written.
    removed: dict[str, int] = field(default_factory=dict)
    written: set[str] = field(default_factory=set)

    def add(self, speaker_id: str | None, kind: str, rule: str, number: int = 1) -> None:
        """Count a quote, or with -1 one that goes."""
        self.of_rule[kind, rule] += number
        if speaker_id is not None:
            self.attributed[kind, rule] += number
            self.count(speaker_id, kind, number)

    def count(self, speaker_id: str, kind: str, number: int) -> None:
        """Count a quote as one of a speaker's, who may speak it together with others."""
        (self.indirect_of_speaker if kind == "indirect" else self.of_speaker)[speaker_id] += number
        if number < 0:
            self.left.add(speaker_id)


def cut(ids: Iterable[str]) -> Iterator[list[str]]:
    """Split ids into portions for one statement each: databases limit its parameters."""
    left = list(ids)
    while left:
        yield left[:IDS_IN_A_STATEMENT]
        del left[:IDS_IN_A_STATEMENT]


def write_tally(connection: Connection, tally: Tally) -> None:
    """Update all counts, and remove speakers left without a quote unless made by hand."""
    changes = [
        (speaker, tally.of_speaker[speaker], tally.indirect_of_speaker[speaker])
        for speaker in {**tally.of_speaker, **tally.indirect_of_speaker}
        if tally.of_speaker[speaker] or tally.indirect_of_speaker[speaker]
    ]
    if changes:
        database = connection.dialect.name
        connection.execute(add_to_speakers(database), bind_rows(database, NUMBERS, changes))
    for ids in cut(sorted(tally.left)):
        tally.speakers -= connection.execute(REMOVE_UNQUOTED, {"ids": ids}).rowcount
    write_rules(connection, tally)
    values = {
        "new_stamp": secrets.token_hex(8),
        "more_articles": tally.articles,
        "more_speakers": tally.speakers,
    }
    connection.execute(CHANGE_STATE, values)


@cache
def add_to_speakers(database: str) -> Update:
    listed = list_table(database, NUMBERS)
    values = {
        "quote_count": speakers.c.quote_count + listed.c.direct,
        "indirect_count": speakers.c.indirect_count + listed.c.indirect,
    }
    return update(speakers).where(speakers.c.id == listed.c.id).values(values)


def write_rules(connection: Connection, tally: Tally) -> None:
    changes = {pair: number for pair, number in tally.of_rule.items() if number or tally.attributed[pair]}
    if not changes:
        return
    known = {(row.kind, row.rule) for row in connection.execute(select(quote_counts))}
    new = [{"kind": kind, "rule": rule} for kind, rule in changes if (kind, rule) not in known]
    if new:
        connection.execute(insert(quote_counts).values(quotes=0, attributed=0), new)
    rows: list[dict[str, Any]] = [
        {"of_kind": pair[0], "of_rule": pair[1], "number": number, "with_speaker": tally.attributed[pair]}
        for pair, number in changes.items()
    ]
    connection.execute(ADD_TO_RULE, rows)


def read_stamp(connection: Connection) -> str:
    """Read the stamp through the driver itself, in a fifth of the time: it is read before every read."""
    driver: Any = connection.connection.driver_connection
    try:
        return str(driver.execute(STAMP).fetchone()[0])
    except connection.dialect.loaded_dbapi.Error:
        # Asked in the usual way, it says in the usual way what is wrong.
        return str(connection.exec_driver_sql(STAMP).scalar_one())


def read_statistics(connection: Connection) -> Statistics:
    by_kind: Counter[str] = Counter()
    by_rule: Counter[str] = Counter()
    attributed = indirect = 0
    for row in connection.execute(select(quote_counts).where(quote_counts.c.quotes > 0)):
        if row.kind == "indirect":
            indirect += row.quotes
            continue
        by_kind[row.kind] += row.quotes
        by_rule[row.rule] += row.quotes
        attributed += row.attributed
    state = connection.execute(select(store_state)).one()
    total = by_kind.total()
    return Statistics(
        articles=state.articles,
        quotes=total,
        speakers=state.speakers,
        attributed=attributed / total if total else 0.0,
        by_kind=dict(sorted(by_kind.items())),
        by_rule=dict(sorted(by_rule.items())),
        indirect=indirect,
    )
