"""Changes of speakers across articles: descriptions by hand, merges, and their undoing.

A merged speaker stays, so that a merge can be undone: `merged_into` says into whom, `root_id` who has their
quotes after all merges.  Neither quotes nor names and aliases change: a merge is as short for many quotes as
for few.  Quotations, which tell short quotes apart by their speaker, follow (see `regroup`).
"""

import secrets
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from typing import Any

import regex
from sqlalchemy import Connection, Row, Select, bindparam, case, delete, func, null, select, update

from service.extractor.model import NAMELESS
from service.store.change_log.write import note_changes
from service.store.changes import SpeakerChange
from service.store.counts import Tally, write_tally
from service.store.database.bound_values import bind_values, is_listed
from service.store.database.tables import quotes, speaker_aliases, speakers
from service.store.errors import InvalidChange
from service.store.speakers.co_speakers import INDIRECT, count_kinds, count_together
from service.store.speakers.write import check_name, find_members, insert_aliases, renew_words, sort_name
from service.store.text.folding import is_storable

WIKIDATA_ITEM = regex.compile(r"Q[1-9][0-9]{0,17}")
MAXIMUM_ALIASES = 100

ONE_SPEAKER: Select[Any] = select(speakers).where(speakers.c.id == bindparam("id"))


def select_names() -> Select[Any]:
    """Select all names of speakers: their own, and of those merged into them."""
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
    note_changes(connection, "speaker", {speaker_id: "changed"})
    write_tally(connection, Tally())
    return True


def check_change(change: SpeakerChange) -> dict[str, Any]:
    """The columns that the change sets.  Raises InvalidChange."""
    values: dict[str, Any] = {}
    if change.name is not None:
        values["name"] = check_name(change.name, "name")
        values["sort_name"] = sort_name(values["name"])
    if change.kind is not None:
        values |= {"kind": change.kind, "unnamed": change.kind in NAMELESS}
    if change.external_id is not None:
        if change.external_id and not WIKIDATA_ITEM.fullmatch(change.external_id):
            raise InvalidChange("external_id", "is no Wikidata item, such as Q207")
        values["external_id"] = change.external_id or None
    if change.gender is not None:
        values["gender"] = change.gender or None
    if change.aliases is not None:
        if len(change.aliases) > MAXIMUM_ALIASES:
            raise InvalidChange("aliases", f"are more than {MAXIMUM_ALIASES}")
        for name in change.aliases:
            check_name(name, "aliases")
    elif not values:
        raise InvalidChange("name", "or another field must be given")
    return values


def merge_speakers(connection: Connection, speaker_id: str, into: str) -> str | None:
    """Give all quotes of one speaker to another; return the id of who has them, None if there is none."""
    source = find_speaker(connection, speaker_id)
    if source is None:
        return None
    if source.merged_into is not None:
        raise InvalidChange("into", f"cannot be changed: {speaker_id} is merged into {source.merged_into}")
    theirs = find_members(connection, into) if is_storable(into) else []
    if not theirs:
        raise InvalidChange("into", "is the id of no speaker")
    target = theirs[0]
    if target == source.id:
        raise InvalidChange("into", "is the same speaker, or merged into them")
    own = find_members(connection, source.id)
    connection.execute(update(speakers).where(speakers.c.id == source.id).values(merged_into=target))
    give_root(connection, own, target)
    renew_root(connection, target)
    note_changes(connection, "speaker", {source.id: "changed"})
    moved = Counter({False: source.quote_count, True: source.indirect_count})
    both = count_together(connection, [*own, *theirs])
    apart = count_together(connection, own) + count_together(connection, theirs)
    tally = Tally(speakers=-1)
    # A quote that both speak counted for each of them until now.
    count_all(tally, target, {kind: moved[kind] + both[kind] - apart[kind] for kind in moved})
    count_all(tally, source.id, {kind: -number for kind, number in moved.items()})
    write_tally(connection, tally)
    return target


def undo_merge(connection: Connection, speaker_id: str) -> bool:
    """Undo the merge of a speaker, with all quotes that came along; False if there is none with this id."""
    source = find_speaker(connection, speaker_id)
    if source is None:
        return False
    if source.merged_into is None:
        raise InvalidChange("speaker_id", "is merged into nobody")
    root, *_ = members = find_members(connection, source.id)
    own = list(dict.fromkeys(row.id for row in connection.execute(NAMES, {"ids": [source.id]})))
    left = [one for one in members if one not in set(own)]
    connection.execute(update(speakers).where(speakers.c.id == source.id).values(merged_into=None))
    give_root(connection, own, source.id)
    renew_root(connection, source.id)
    renew_root(connection, root)
    note_changes(connection, "speaker", {source.id: "changed"})
    spoken = count_spoken(connection, own)
    together, both, rest = (count_together(connection, ids) for ids in (own, members, left))
    tally = Tally(speakers=1, left={root})
    kinds = (False, True)
    count_all(tally, source.id, {kind: spoken[kind] + together[kind] for kind in kinds})
    count_all(tally, root, {kind: rest[kind] - both[kind] - spoken[kind] for kind in kinds})
    write_tally(connection, tally)
    return True


def give_root(connection: Connection, members: Collection[str], root: str) -> None:
    """Make speakers those whose quotes a root has, and have their quotations follow."""
    values = {
        "root_id": case((speakers.c.id == root, null()), else_=root),
        "regrouping": secrets.token_hex(8),
    }
    database = connection.dialect.name
    theirs = update(speakers).where(is_listed(database, speakers.c.id)).values(values)
    connection.execute(theirs, bind_values(database, members))


def count_spoken(connection: Connection, ids: Collection[str]) -> Counter[bool]:
    """Count the quotes of speakers, as they were written: those in marks, and the indirect ones."""
    return count_kinds(connection, select_spoken, ids)


@cache
def select_spoken(database: str) -> Select[Any]:
    theirs = is_listed(database, quotes.c.speaker_id)
    return select(INDIRECT, func.count()).where(theirs).group_by(INDIRECT)


def count_all(tally: Tally, speaker_id: str, numbers: Mapping[bool, int]) -> None:
    tally.of_speaker[speaker_id] += numbers[False]
    tally.indirect_of_speaker[speaker_id] += numbers[True]


def find_speaker(connection: Connection, speaker_id: str) -> Row[Any] | None:
    if not is_storable(speaker_id):
        return None
    return connection.execute(ONE_SPEAKER, {"id": speaker_id}).one_or_none()


def renew_root(connection: Connection, speaker_id: str) -> None:
    """Index all who are merged with a speaker by all their names."""
    root, *_ = find_members(connection, speaker_id)
    renew_words(connection, root, find_names(connection, root))


def find_names(connection: Connection, speaker_id: str) -> Iterable[str]:
    rows = connection.execute(NAMES, {"ids": [speaker_id]}).all()
    own_first = sorted(rows, key=lambda row: (row.id != speaker_id, row.name))
    return [row.name for row in own_first]
