"""`quotes keys`: looks after the file of keys."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from service.cli.settings import read_config
from service.keys import KeysUnusable, add_key, read_keys, revoke_key


def add(name: str, scope: str) -> None:
    with keys_file() as path:
        click.echo(add_key(path, name, scope))


def print_keys() -> None:
    with keys_file() as path:
        for key in read_keys(path):
            click.echo(f"{key.name}  {key.scope}  {key.added_at}")


def revoke(name: str) -> None:
    with keys_file() as path:
        revoke_key(path, name)


@contextmanager
def keys_file() -> Iterator[Path]:
    """Yield the path of the file; an error ends the command with one line."""
    path = read_config().quotes_keys_file
    if not path:
        raise click.ClickException("QUOTES_KEYS_FILE: is not set; it says where the keys are kept")
    try:
        yield Path(path)
    except KeysUnusable as error:
        raise click.ClickException(str(error)) from None
