"""Speakers across articles: described by hand, merged, and parted again.

A merged speaker stays, so that a merge can be undone: `merged_into` says who has their quotes, and each of
those keeps in `merged_from` whose it was.  Names and aliases are never copied.
"""

from collections.abc import Iterable
from typing import Any

import regex
from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    bindparam,
    case,
    delete,
    func,
    null,
    select,
    update,
)

from service.store.changes import SpeakerChange
from service.store.corrections import check_name
from service.store.errors import InvalidChange
from service.store.order import FIRST_SPOKEN_KEY
from service.store.quotations import OCCURRENCES, Occurrence, move_quotes
from service.store.tables import quotes, speaker_aliases, speakers
from service.store.tally import Tally, write_tally
from service.store.words import is_storable
from service.store.write_speakers import find_roots, find_speakers, insert_aliases, renew_words, sort_name

WIKIDATA_ITEM = regex.compile(r"Q[1-9][0-9]{0,17}")
MAXIMUM_ALIASES = 100

ONE_SPEAKER: Select[Any] = select(speakers).where(speakers.c.id == bindparam("id"))


def select_names() -> Select[Any]:
    """All names of speakers, by the one who was asked for: their own, and of those merged into them."""
    tree = (
        select(speakers.c.id.label("root"), speakers.c.id)
        .where(speakers.c.id.in_(bindparam("ids", expanding=True)))
        .cte("tree", recursive=True)
    )
    inside = select(tree.c.root, speakers.c.id).join_from(tree, speakers, speakers.c.merged_into == tree.c.id)
    tree = tree.union_all(inside)
    own = select(tree.c.root, tree.c.id, speakers.c.name).join_from(
        tree, speakers, speakers.c.id == tree.c.id
    )
    other = select(tree.c.root, tree.c.id, speaker_aliases.c.name).join_from(
        tree, speaker_aliases, speaker_aliases.c.speaker_id == tree.c.id
    )
    names = own.union(other).subquery()
    return select(names).order_by(names.c.root, names.c.name)


NAMES = select_names()


def change_speaker(connection: Connection, speaker_id: str, change: SpeakerChange) -> bool:
    """Describe a speaker by hand; False if there is none with this id."""
    values = check_change(change)
    before = find_speaker(connection, speaker_id)
    if before is None:
        return False
    connection.execute(update(speakers).where(speakers.c.id == speaker_id).values(by_hand=True, **values))
    if "name" in values and values["name"] != before.name:
        insert_aliases(connection, [(speaker_id, before.name)])
    if change.aliases is not None:
        own = (speaker_aliases.c.speaker_id == speaker_id, speaker_aliases.c.by_hand)
        connection.execute(delete(speaker_aliases).where(*own))
        insert_aliases(connection, ((speaker_id, name.strip()) for name in change.aliases), by_hand=True)
    renew_root(connection, speaker_id)
    write_tally(connection, Tally())
    return True


def check_change(change: SpeakerChange) -> dict[str, Any]:
    """The columns that the change sets.  Raises InvalidChange."""
    values: dict[str, Any] = {}
    if change.name is not None:
        values["name"] = check_name(change.name, "name")
        values["sort_name"] = sort_name(values["name"])
    if change.kind is not None:
        values |= {"kind": change.kind, "unnamed": change.kind == "unnamed"}
    if change.external_id is not None:
        if change.external_id and not WIKIDATA_ITEM.fullmatch(change.external_id):
            raise InvalidChange("external_id", "is no Wikidata item, such as Q207")
        values["external_id"] = change.external_id or None
    if change.aliases is not None:
        if len(change.aliases) > MAXIMUM_ALIASES:
            raise InvalidChange("aliases", f"are more than {MAXIMUM_ALIASES}")
        for name in change.aliases:
            check_name(name, "aliases")
    elif not values:
        raise InvalidChange("name", "or another field must be given")
    return values


def merge_speakers(connection: Connection, speaker_id: str, into: str) -> str | None:
    """Give all quotes of one speaker to another; the id of the one who has them, None without the first."""
    source = find_speaker(connection, speaker_id)
    if source is None:
        return None
    if source.merged_into is not None:
        raise InvalidChange("into", f"cannot be changed: {speaker_id} is merged into {source.merged_into}")
    target = find_speaker(connection, into)
    if target is None:
        raise InvalidChange("into", "is the id of no speaker")
    target = find_roots(connection, {target.id: target})[target.id]
    if target.id == source.id:
        raise InvalidChange("into", "is the same speaker, or merged into them")
    connection.execute(update(speakers).where(speakers.c.id == source.id).values(merged_into=target.id))
    tally = Tally(speakers=-1)
    words = renew_root(connection, target.id)
    own = func.coalesce(quotes.c.merged_from, source.id)
    values = {"speaker_id": target.id, "merged_from": own, "speaker_words": words}
    give_quotes(connection, quotes.c.speaker_id == source.id, values, tally, source.id)
    renew_words(connection, source.id, ())
    write_tally(connection, tally)
    return str(target.id)


def undo_merge(connection: Connection, speaker_id: str) -> bool:
    """Part a merged speaker from the other, with all quotes that came along; False if there is none."""
    source = find_speaker(connection, speaker_id)
    if source is None:
        return False
    if source.merged_into is None:
        raise InvalidChange("speaker_id", "is merged into nobody")
    root = find_roots(connection, {source.id: source})[source.id]
    tree = {row.id for row in connection.execute(NAMES, {"ids": [source.id]})}
    connection.execute(update(speakers).where(speakers.c.id == source.id).values(merged_into=None))
    tally = Tally(speakers=1)
    words = renew_root(connection, source.id)
    own = case((quotes.c.merged_from == source.id, null()), else_=quotes.c.merged_from)
    values = {"speaker_id": source.id, "merged_from": own, "speaker_words": words}
    give_quotes(connection, quotes.c.merged_from.in_(tree), values, tally, root.id)
    renew_root(connection, root.id)
    tally.left.add(root.id)
    write_tally(connection, tally)
    return True


def give_quotes(
    connection: Connection, theirs: ColumnElement[bool], values: dict[str, Any], tally: Tally, source: str
) -> None:
    """Give quotes of a speaker to another, count them, and find what quotations they are of now."""
    spoken = quotes.c.key >= FIRST_SPOKEN_KEY
    occurrences = [Occurrence(*row) for row in connection.execute(OCCURRENCES.where(theirs, spoken))]
    for count, in_range in ((tally.of_speaker, spoken), (tally.told_by, ~spoken)):
        number = connection.execute(update(quotes).where(theirs, in_range).values(values)).rowcount
        count[source] -= number
        count[values["speaker_id"]] += number
    move_quotes(connection, occurrences, values["speaker_id"])


def find_speaker(connection: Connection, speaker_id: str) -> Row[Any] | None:
    if not is_storable(speaker_id):
        return None
    return connection.execute(ONE_SPEAKER, {"id": speaker_id}).one_or_none()


def renew_root(connection: Connection, speaker_id: str) -> str:
    """Let the one who has a speaker's quotes be found by all names; returns the words of those."""
    known = find_speakers(connection, [speaker_id])
    root = find_roots(connection, known)[speaker_id].id
    return renew_words(connection, root, find_names(connection, root))


def find_names(connection: Connection, speaker_id: str) -> Iterable[str]:
    rows = connection.execute(NAMES, {"ids": [speaker_id]}).all()
    own_first = sorted(rows, key=lambda row: (row.id != speaker_id, row.name))
    return [row.name for row in own_first]
