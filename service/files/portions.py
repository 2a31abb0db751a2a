"""A stream of things, cut into portions of a bounded size."""

from collections.abc import Callable, Iterable, Iterator
from math import inf
from typing import TypeVar

Item = TypeVar("Item")


def cut_portions(
    items: Iterable[Item], measure: Callable[[Item], int], size: int, number: float = inf
) -> Iterator[list[Item]]:
    """Yield portions of items in order, each up to a number of items or just over a size."""
    portion: list[Item] = []
    held = 0
    for item in items:
        portion.append(item)
        held += measure(item)
        if held >= size or len(portion) == number:
            yield portion
            portion, held = [], 0
    if portion:
        yield portion
