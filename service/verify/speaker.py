"""Whether the speaker who is named is the one who is found."""

from collections.abc import Iterable
from functools import cache

from service.extractor import load_language

APOSTROPHES = str.maketrans("", "", "'’.,")


def is_same_speaker(named: str, names: Iterable[str]) -> bool:
    """Whether a name means the same as one of the names and phrases by which a speaker goes.

    A part of a name is enough (“Bush” for “George Bush”), and so are more names, initials and a title.
    """
    wanted = read_name(named)
    return any(is_same_name(wanted, read_name(name)) for name in names)


def read_name(name: str) -> list[str]:
    """The words of a name, without the titles before it."""
    words = name.translate(APOSTROPHES).casefold().split()
    titles = read_titles()
    while len(words) > 1 and words[0] in titles:
        del words[0]
    return words


def is_same_name(wanted: list[str], known: list[str]) -> bool:
    if not wanted or not known:
        return False
    few, many = sorted((wanted, known), key=len)
    if len(few) == 1:
        return few[0] == many[-1] or few[0] == many[0]
    return few[-1] == many[-1] and all(
        any(word == other or is_initial(word, other) for other in many) for word in few[:-1]
    )


def is_initial(word: str, other: str) -> bool:
    return word[0] == other[0] and 1 in (len(word), len(other))


@cache
def read_titles() -> frozenset[str]:
    return load_language("en").title_words
