"""`quotes shape`: the tags by which rules read a text."""

from collections.abc import Iterator

import click

from service.cli.terminal import escape
from service.extractor import Token, read_shape

WIDTH = 100
PASSAGE_AT_MOST = 24


def print_shape(text: str) -> None:
    """Print each sentence with the name of its tag below every token, a blank line between sentences."""
    for number, sentence in enumerate(read_shape(text)):
        if number:
            click.echo()
        for tokens in wrap(sentence):
            widths = [max(map(len, token)) for token in tokens]
            for row in zip(*tokens, strict=True):
                click.echo("  ".join(map(str.ljust, row, widths)).rstrip())


def wrap(sentence: list[Token]) -> Iterator[list[tuple[str, str]]]:
    """The tokens of a sentence and their tags, as many at a time as fit into a line."""
    line: list[tuple[str, str]] = []
    used = 0
    for token in sentence:
        shown = shorten(token.text), token.tag
        width = max(map(len, shown)) + 2
        if line and used + width > WIDTH:
            yield line
            line, used = [], 0
        line.append(shown)
        used += width
    if line:
        yield line


def shorten(words: str) -> str:
    """A token as it is, a long passage by its beginning."""
    shown = escape(" ".join(words.split()))
    return shown if len(shown) <= PASSAGE_AT_MOST else shown[: PASSAGE_AT_MOST - 1] + "…"
