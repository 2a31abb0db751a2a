"""Finds names by the beginnings of their words."""

from functools import cache
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    CompoundSelect,
    Connection,
    Select,
    Text,
    and_,
    bindparam,
    func,
    literal,
    literal_column,
    select,
    union_all,
)

from service.store.database.tables import speaker_words, speakers

# A beginning of more words than this says so little that looking each one up costs more than reading on.
MAXIMUM_WORDS = 100
# A beginning that no more speakers have than this is rare enough to go by, to look at each for the others.
RARE_BEGINNING = 500
# So many ids can stand in place of a name in a search of the full-text index.
FEW_IDS = 20
# The quotes of no more speakers than this are looked for by the speakers' ids.
FEW_SPEAKERS = 1_000
# So many ids can stand beside words in a search of the full-text index.
ADDED_IDS = 500
# No more speakers than this are sorted to list them; more stand close enough in the list to be met along it.
SORTED_SPEAKERS = 20_000
LAST_LETTER = "\U0010ffff"


def begins_with(parameter: str, word: ColumnElement[str] = speaker_words.c.word) -> ColumnElement[bool]:
    """The condition that a word of `speaker_words` begins with the value of this parameter."""
    beginning = bindparam(parameter, type_=Text)
    return and_(word >= beginning, word <= last_with(beginning))


def last_with(beginning: ColumnElement[str]) -> ColumnElement[str]:
    """Return an upper bound of all words with this prefix."""
    return beginning + literal(LAST_LETTER, Text)


def select_speakers_with(parameter: str) -> Select[Any]:
    """Select the ids of the speakers that have a word with this beginning."""
    return select(speaker_words.c.speaker_id).where(begins_with(parameter))


def select_among(parameter: str) -> Select[Any]:
    """The same for speakers with a name or without one, as the parameter `unnamed` says."""
    return select_speakers_with(parameter).where(
        speaker_words.c.unnamed == bindparam("unnamed", type_=Boolean)
    )


def find_speaker_ids(connection: Connection, beginnings: tuple[str, ...]) -> dict[str, int] | None:
    """The speakers whose names have words with all these beginnings, and how many quotes each has.

    Quotes of any kind; None if the speakers are more than few.
    """
    values = {f"beginning_{place}": beginning for place, beginning in enumerate(beginnings)}
    found = connection.execute(select_having_all(len(beginnings)), {**values, "limit": FEW_SPEAKERS + 1})
    ids = {row.id: row.number for row in found}
    return None if len(ids) > FEW_SPEAKERS else ids


@cache
def select_having_all(beginnings: int) -> Select[Any]:
    number = speakers.c.quote_count + speakers.c.indirect_count
    statement = select(speakers.c.id, number.label("number"))
    for place in range(beginnings):
        statement = statement.where(speakers.c.id.in_(select_speakers_with(f"beginning_{place}")))
    return statement.limit(bindparam("limit"))


def find_few_ids(connection: Connection, beginnings: tuple[str, ...]) -> tuple[str, ...] | None:
    """The ids of the speakers whose names have words with all these beginnings.

    None if they are more than a few, or if counting them would take long.
    """
    number = len(beginnings)
    values = {name_beginning(place): beginning for place, beginning in enumerate(beginnings)}
    counts = connection.execute(count_each(number), {**values, "limit": RARE_BEGINNING + 1}).one()
    rarest_first = sorted(range(number), key=counts.__getitem__)
    if counts[rarest_first[0]] > RARE_BEGINNING:
        return None
    values = {name_beginning(place): beginnings[rank] for place, rank in enumerate(rarest_first)}
    found = connection.execute(select_of_rarest(number), {**values, "limit": FEW_IDS + 1}).scalars().all()
    return None if len(found) > FEW_IDS else tuple(found)


@cache
def count_each(number: int) -> Select[Any]:
    """Return the statement that counts the speakers for each of `number` prefixes, up to the limit."""
    having = (
        select_speakers_with(name_beginning(place)).limit(bindparam("limit")) for place in range(number)
    )
    return select(*(select(func.count()).select_from(found.subquery()).scalar_subquery() for found in having))


@cache
def select_of_rarest(number: int) -> Select[Any]:
    """Return the statement for the speakers with words for all prefixes; the first prefix is the rarest."""
    found = select_speakers_with(name_beginning(0)).distinct()
    others = (has_word(speaker_words.c.speaker_id, name_beginning(place)) for place in range(1, number))
    return found.where(*others).limit(bindparam("limit"))


def has_word(speaker_id: ColumnElement[Any], parameter: str) -> ColumnElement[bool]:
    """Return the condition that a speaker's name has a word with this prefix."""
    words = speaker_words.alias()
    own = select(literal(1)).where(words.c.speaker_id == speaker_id, begins_with(parameter, words.c.word))
    return own.limit(1).scalar_subquery().is_not(None)


def count_speakers(connection: Connection, beginning: str, unnamed: bool) -> int:
    """Count the speakers with a word with this prefix, up to the limit."""
    values = {"beginning": beginning, "unnamed": unnamed}
    return int(connection.execute(COUNT_AMONG, values).scalar_one())


def find_name_words(connection: Connection, beginnings: tuple[str, ...]) -> dict[str, tuple[str, ...] | None]:
    """Find the words of names with each of the beginnings; None if they are too many."""
    if not beginnings:
        return {}
    values = {name_beginning(place): beginning for place, beginning in enumerate(beginnings)}
    rows = connection.execute(select_name_words(len(beginnings)), {**values, "limit": MAXIMUM_WORDS + 1})
    found: dict[str, list[str]] = {beginning: [] for beginning in beginnings}
    for place, word in rows:
        found[beginnings[place]].append(word)
    return {
        beginning: None if len(words) > MAXIMUM_WORDS else tuple(words) for beginning, words in found.items()
    }


def find_ids_with_added(connection: Connection, beginning: str) -> tuple[str, ...] | None:
    """Find the speakers who have a word with this prefix that their quotes do not; None if many."""
    values = {"beginning": beginning, "limit": ADDED_IDS + 1}
    found = connection.execute(WITH_ADDED, values).scalars().all()
    return None if len(found) > ADDED_IDS else tuple(found)


def name_beginning(place: int) -> str:
    """The parameter of one beginning among several."""
    return f"beginning_{place}"


@cache
def select_name_words(number: int) -> CompoundSelect[Any]:
    """Return the statement for the distinct words with each prefix, one index step a word.

    However many speakers share a word, it is one step.
    """
    return union_all(*(select(select_words_of(place).subquery()) for place in range(number)))


def select_words_of(place: int) -> Select[Any]:
    word, beginning = speaker_words.c.word, bindparam(name_beginning(place), type_=Text)
    first = select(func.min(word).label("word")).where(begins_with(name_beginning(place)))
    found = first.cte(f"found_{place}", recursive=True)
    # With one lower bound alone, or the index may be read from the other.
    following = select(func.min(word)).where(word > found.c.word, word <= last_with(beginning))
    found = found.union_all(
        select(following.correlate(found).scalar_subquery()).where(found.c.word.is_not(None))
    )
    words = select(literal_column(str(place)).label("place"), found.c.word)
    return words.where(found.c.word.is_not(None)).limit(bindparam("limit"))


WITH_ADDED = (
    select_speakers_with("beginning")
    .where(speaker_words.c.added.is_(True))
    .distinct()
    .limit(bindparam("limit"))
)
COUNT_AMONG = select(func.count()).select_from(
    select_among("beginning").limit(SORTED_SPEAKERS + 1).subquery()
)
