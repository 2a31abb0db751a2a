"""Tells variants of one person's name from names of two people.

Known limitation: a father and a son of one name are two people only if one of them is called Jr., Sr. or III.
"""

import re
from collections.abc import Mapping, Set
from functools import lru_cache

_NICKNAME = re.compile(r" `[^`]+`+(?= )")
_GENERATION = frozenset(("jr", "sr", "ii", "iii", "iv"))


def are_variants(one: str, other: str, short_names: Mapping[str, Set[str]]) -> bool:
    """Whether two full names can be one person's: "Ken Doe" and "Kenneth W. Doe"."""
    (few, suffix), (many, other_suffix) = sorted(
        (_split(one), _split(other)), key=lambda split: len(split[0])
    )
    if len(few) < 2 or (suffix and other_suffix and suffix != other_suffix):
        return False
    if few == many:
        return suffix == other_suffix
    if many[-len(few) :] == few or many[: len(few)] == few:
        return True
    if few[-1] != many[-1] or not _is_given_alike(few[0], many[0], short_names):
        return False
    return all(map(_is_middle_alike, few[1:-1], many[1:-1]))


def fuller_of(one: str, other: str) -> str:
    """The fuller of two variants: the one of more words, then the longer."""
    return max((one, other), key=lambda name: (name.count(" "), len(name)))


def generation_of(name: str) -> str:
    """The "jr" or "iii" that ends a name; "" if none does."""
    last = name.rsplit(" ", 1)[-1].casefold().replace(".", "")
    return last if last in _GENERATION else ""


@lru_cache(maxsize=4096)
def _split(name: str) -> tuple[list[str], str]:
    """The words of a name in lower case, and its Jr. or III."""
    words = _NICKNAME.sub("", name).casefold().replace(".", "").replace(",", "").split()
    return (words[:-1], words[-1]) if words[-1] in _GENERATION and len(words) > 2 else (words, "")


def _is_given_alike(one: str, other: str, short_names: Mapping[str, Set[str]]) -> bool:
    if one == other or other in short_names.get(one, ()) or one in short_names.get(other, ()):
        return True
    return one[0] == other[0] and (len(one) == 1) != (len(other) == 1)


def _is_middle_alike(one: str, other: str) -> bool:
    return one == other or (one[0] == other[0] and 1 in (len(one), len(other)))
