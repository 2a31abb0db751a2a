"""Finding names by the beginnings of their words."""

from functools import cache
from typing import Any

from sqlalchemy import (
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

from service.store.tables import speaker_words

# A beginning of more words than this says so little that looking each one up costs more than reading on.
MAXIMUM_WORDS = 100
LAST_LETTER = "\U0010ffff"


def begins_with(parameter: str) -> ColumnElement[bool]:
    """Whether a row of `speaker_words` has a word with the beginning that is bound to this parameter."""
    beginning = bindparam(parameter, type_=Text)
    return and_(
        speaker_words.c.word >= beginning, speaker_words.c.word <= beginning + literal(LAST_LETTER, Text)
    )


def select_speakers(parameter: str) -> Select[Any]:
    """The ids of the speakers that have a word with this beginning."""
    return select(speaker_words.c.speaker_id).where(begins_with(parameter))


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
    begins = begins_with(name_beginning(place))
    first = select(func.min(speaker_words.c.word).label("word")).where(begins)
    found = first.cte(f"found_{place}", recursive=True)
    following = select(func.min(speaker_words.c.word)).where(begins, speaker_words.c.word > found.c.word)
    found = found.union_all(
        select(following.correlate(found).scalar_subquery()).where(found.c.word.is_not(None))
    )
    words = select(literal_column(str(place)).label("place"), found.c.word)
    return words.where(found.c.word.is_not(None)).limit(bindparam("limit"))
