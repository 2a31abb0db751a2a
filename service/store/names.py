"""Finding names by the beginnings of their words."""

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

from service.store.tables import speaker_words, speakers

# A beginning of more words than this says so little that looking each one up costs more than reading on.
MAXIMUM_WORDS = 100
# A beginning that no more speakers have than this is rare enough to go by, to look at each for the others.
RARE_BEGINNING = 500
# So many ids can stand in place of a name in a search of the full-text index.
FEW_IDS = 20
# The quotes of no more speakers than this are looked for by the speakers' ids.
FEW_SPEAKERS = 1_000
# No more speakers than this are sorted to list them; more stand close enough in the list to be met along it.
SORTED_SPEAKERS = 20_000
LAST_LETTER = "\U0010ffff"


def begins_with(parameter: str, word: ColumnElement[str] = speaker_words.c.word) -> ColumnElement[bool]:
    """Whether a word of `speaker_words` has the beginning that is bound to this parameter."""
    beginning = bindparam(parameter, type_=Text)
    return and_(word >= beginning, word <= last_with(beginning))


def last_with(beginning: ColumnElement[str]) -> ColumnElement[str]:
    """What no word with this beginning stands behind."""
    return beginning + literal(LAST_LETTER, Text)


def select_speakers(parameter: str) -> Select[Any]:
    """The ids of the speakers that have a word with this beginning."""
    return select(speaker_words.c.speaker_id).where(begins_with(parameter))


def select_among(parameter: str) -> Select[Any]:
    """The same among those that have a name, or have none, as the parameter `unnamed` says."""
    return select_speakers(parameter).where(speaker_words.c.unnamed == bindparam("unnamed", type_=Boolean))


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
    number = speakers.c.quote_count + speakers.c.told_count
    statement = select(speakers.c.id, number.label("number"))
    for place in range(beginnings):
        statement = statement.where(speakers.c.id.in_(select_speakers(f"beginning_{place}")))
    return statement.limit(bindparam("limit"))


def find_few_ids(connection: Connection, beginnings: tuple[str, ...]) -> tuple[str, ...] | None:
    """The ids of the speakers whose names have words with all these beginnings.

    None if they are more than a few, or it would take long to say.
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
    """The statement that counts the speakers with each of so many beginnings, as far as it matters."""
    having = (select_speakers(name_beginning(place)).limit(bindparam("limit")) for place in range(number))
    return select(*(select(func.count()).select_from(found.subquery()).scalar_subquery() for found in having))


@cache
def select_of_rarest(number: int) -> Select[Any]:
    """The statement for the ids of those who have words with so many beginnings; few have the first."""
    found = select_speakers(name_beginning(0)).distinct()
    others = (has_word(speaker_words.c.speaker_id, name_beginning(place)) for place in range(1, number))
    return found.where(*others).limit(bindparam("limit"))


def has_word(speaker_id: ColumnElement[Any], parameter: str) -> ColumnElement[bool]:
    """Whether a speaker's name has a word with this beginning, looked up for this speaker alone."""
    words = speaker_words.alias()
    own = select(literal(1)).where(words.c.speaker_id == speaker_id, begins_with(parameter, words.c.word))
    return own.limit(1).scalar_subquery().is_not(None)


def count_speakers(connection: Connection, beginning: str, unnamed: bool) -> int:
    """How many speakers have a word that begins so, as far as it matters."""
    values = {"beginning": beginning, "unnamed": unnamed}
    return int(connection.execute(COUNT_AMONG, values).scalar_one())


def find_name_words(connection: Connection, beginnings: tuple[str, ...]) -> dict[str, tuple[str, ...] | None]:
    """For each of different beginnings the words of names that begin so, or None if they are too many."""
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


def name_beginning(place: int) -> str:
    """The parameter of one beginning among several."""
    return f"beginning_{place}"


@cache
def select_name_words(number: int) -> CompoundSelect[Any]:
    """The different words with each of so many beginnings, by one step in the index a word.

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


COUNT_AMONG = select(func.count()).select_from(
    select_among("beginning").limit(SORTED_SPEAKERS + 1).subquery()
)
