"""Finding names by the beginnings of their words."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Text, and_, bindparam, func, literal, select

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


def find_name_words(connection: Connection, beginning: str) -> tuple[str, ...] | None:
    """The words of names that begin so, or None if they are too many to be of use."""
    rows = (
        connection.execute(NAME_WORDS, {"beginning": beginning, "limit": MAXIMUM_WORDS + 1}).scalars().all()
    )
    return None if len(rows) > MAXIMUM_WORDS else tuple(rows)


def select_name_words() -> Select[Any]:
    """The different words that begin so, by one step in the index a word, however many speakers share it."""
    first = select(func.min(speaker_words.c.word).label("word")).where(begins_with("beginning"))
    found = first.cte("found", recursive=True)
    following = select(func.min(speaker_words.c.word)).where(
        begins_with("beginning"), speaker_words.c.word > found.c.word
    )
    found = found.union_all(
        select(following.correlate(found).scalar_subquery()).where(found.c.word.is_not(None))
    )
    return select(found.c.word).where(found.c.word.is_not(None)).limit(bindparam("limit"))


NAME_WORDS = select_name_words()
