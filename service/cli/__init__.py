"""The `quotes` command.  Each command imports what it runs on when called, so that all start at once."""

import sys
from typing import BinaryIO

import click

from service import __version__

INTERRUPTED = 130  # what a shell reports for a command stopped by ^C


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="quotes")
def cli() -> None:
    """Find who said what in news articles."""


def main() -> None:
    """Run the command line; ^C and a reader that has gone away end it without a traceback."""
    try:
        cli(standalone_mode=False)
    except click.Abort:
        sys.exit(INTERRUPTED)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)


@cli.command()
@click.argument("file", type=click.File("rb"), default="-")
@click.option(
    "--workers", type=click.IntRange(1, 256), default=1, show_default=True, help="Number of processes."
)
def extract(file: BinaryIO, workers: int) -> None:
    """Extract the quotes of NDJSON articles, from FILE or standard input, without storing them.

    Each line is an object with "text" and, if wished, "id" and "language".  Each article gives one line of
    output, in order; a bad line gives {"id", "error"} in its place, and the command ends with status 1.
    """
    from service.cli.extract import extract_stream

    if extract_stream(file, sys.stdout.buffer, workers=workers):
        sys.exit(1)
