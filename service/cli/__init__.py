"""The `quotes` command.  Each command imports what it runs on when called, so that all start at once."""

import os
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

import click

from service import __version__
from service.cli.terminal import escape

INTERRUPTED = 130  # what a shell reports for a command stopped by ^C


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="quotes")
def cli() -> None:
    """Find who said what in news articles."""


def main() -> None:
    """Run the command line; ^C, a reader that has gone away and a full disk end it without a traceback."""
    try:
        cli(standalone_mode=False)
    except click.Abort:
        sys.exit(INTERRUPTED)
    except click.ClickException as error:
        error.message = escape(error.message)  # type: ignore[misc]  # is final for those who read it
        error.show()
        sys.exit(error.exit_code)
    except OSError as error:
        click.echo(f"Error: {escape(str(error))}", err=True)
        # What could not be written is not to be tried again when the interpreter ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


@cli.command()
@click.argument("paths", nargs=-1)
@click.option(
    "--workers", type=click.IntRange(1, 256), default=1, show_default=True, help="Number of processes."
)
@click.option(
    "--output", metavar="DIR", help="Write shards into this folder, or those that are missing there."
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["ndjson", "parquet"]),
    default="ndjson",
    show_default=True,
    help="Of the shards: parquet holds the articles too, for `quotes load`.",
)
@click.option(
    "--shard-bytes",
    type=click.IntRange(1_000, 10**12),
    metavar="N",
    help="What makes a shard  [default: a 32nd of all, 256 kB to 64 MB]",
)
@click.option("--dask", "scheduler", metavar="URL", help="Run on the cluster of this scheduler.")
@click.option("--explain", "explained", is_flag=True, help="Say how each quote got its speaker.")
@click.option(
    "--lexicon",
    type=click.File("rb"),
    metavar="FILE.json",
    help="More verbs, titles and people, as POST /v1/extract takes them.",
)
@click.option(
    "--kinds",
    envvar="QUOTES_KINDS",
    default="direct,mixed",
    show_default=True,
    show_envvar=True,
    help="direct, mixed, indirect; or any.",
)
def extract(paths: tuple[str, ...], output: str | None, **options: Any) -> None:
    """Extract the quotes of articles, from PATHS or standard input, without storing them.

    A path is a file or a folder of NDJSON (.ndjson, .jsonl), the same packed (.gz, .zst), or Parquet: each
    line or row an article with "text" and, if wished, "id" and "language".  Each article gives one line of
    output, in order; a bad one gives {"id", "error"} in its place, and the command ends with status 1.

    With --output the quotes go into shards: files that are there whole or not at all.  The same command, run
    again after a stop, writes those that are missing.  Paths may be addresses then (s3://bucket/2019).
    """
    from service.cli.extract import run_extract

    if run_extract(paths, output, **options):
        sys.exit(1)


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="NDJSON, a rule a line.")
def rules(as_json: bool) -> None:
    """List the attribution rules, in the order in which they are tried.

    With an example of what each reads, how many passages of annotated news it attributed, and how many of
    them rightly.
    """
    from service.cli.rules import print_rules

    print_rules(as_json=as_json)


@cli.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--workers", type=click.IntRange(1, 256), default=1, show_default=True, help="Number of processes."
)
def load(paths: tuple[Path, ...], workers: int) -> None:
    """Store the articles of files and folders, with their quotes.

    A .parquet file that `quotes extract` wrote has the quotes, which are stored as they are; one of other
    columns has articles to be extracted, of which `text` is needed.  A .txt file is one article: its id is
    its path in the folder, with dots for slashes and no suffix; its title is the first line, if a blank one
    follows.  Any other file holds NDJSON, packed if its name ends in .gz or .zst: an article a line, as POST
    /v1/articles takes it; fields that are not known there are left out.

    Folders are searched, in order, for .parquet, .ndjson, .jsonl and .txt files; names that begin with _ or .
    are passed over.  It can be run again after a stop: what is stored unchanged is passed over.
    """
    from service.cli.load import BUSY_SECONDS
    from service.cli.load import load as load_paths
    from service.cli.settings import read_config
    from service.cli.stores import open_store

    with open_store(busy_seconds=BUSY_SECONDS) as store:
        summary = load_paths(store, paths, read_config(), workers=workers)
    click.echo(summary)
    if summary.failed:
        sys.exit(1)


def read_date(context: click.Context, parameter: click.Parameter, value: str | None) -> datetime | None:
    from service.moments import parse_moment

    try:
        return None if value is None else parse_moment(value, end_of_day=parameter.name == "to")
    except ValueError as error:
        raise click.BadParameter(str(error), context, parameter) from None


def filter_options(command: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.option("--speaker", metavar="NAME", help="Name of the speaker, or a part of it."),
        click.option("--article", metavar="ID", help="Id of the article."),
        click.option("--source", metavar="NAME", help="Who published the article."),
        click.option(
            "--from",
            "from_",
            metavar="DATE",
            callback=read_date,
            help="Published (where unknown: added) then or later; a date, or a date and time.",
        ),
        click.option(
            "--to", metavar="DATE", callback=read_date, help="Then or earlier; a date includes the day."
        ),
        click.option(
            "--kind",
            type=click.Choice(["direct", "mixed", "indirect", "any"]),
            help="Without it direct and mixed quotes alone.",
        ),
        click.option("--min-confidence", type=click.FloatRange(0, 1)),
        click.option("--unique", is_flag=True, help="Of quotes that say the same the earliest alone."),
    )[::-1]:  # the last is the first to be listed
        command = option(command)
    return command


@cli.command()
@click.argument("words", nargs=-1)
@filter_options
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="The most to show.")
@click.option("--json", "as_json", is_flag=True, help="NDJSON, a quote a line.")
def search(words: tuple[str, ...], limit: int, as_json: bool, **conditions: Any) -> None:
    """Show stored quotes with these WORDS, newest first.

    Words as in the API: "a phrase", prefix*, and -without after --.
    """
    from service.cli.quotes import print_quotes, read_filter
    from service.cli.stores import open_store

    wanted = read_filter({"q": " ".join(words) or None, **conditions})
    with open_store() as store:
        print_quotes(store, wanted, limit=limit, as_json=as_json)


@cli.command()
@click.option("--q", metavar="WORDS", help="Words of the quote, as in the API.")
@filter_options
@click.option(
    "--format",
    "form",
    type=click.Choice(["ndjson", "csv", "parquet", "citron", "corenlp", "annotation"]),
    show_default="ndjson",
    help="annotation: the articles in which quotes were corrected, with all their quotations.",
)
@click.option("--output", type=click.File("wb", lazy=True), metavar="FILE", help="Where to write.")
@click.option(
    "--parquet",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write DIR/year=2024/month=03/quotes.parquet and the like instead.",
)
def export(form: str | None, output: BinaryIO | None, folder: Path | None, **conditions: Any) -> None:
    """Write all stored quotes, newest first, for other programs.

    Into a folder (--parquet) a file a month, in place of what earlier exports have written there; with --from
    or --to in these months alone.
    """
    from service.cli.quotes import export_months, export_quotes, read_filter
    from service.cli.stores import open_store

    if folder is not None and (form or output):
        raise click.UsageError("--parquet takes neither --format nor --output")
    if form == "annotation" and any(value not in (None, False) for value in conditions.values()):
        raise click.UsageError("--format annotation takes no conditions")
    if form == "corenlp" and conditions["kind"] in ("indirect", "any"):
        raise click.UsageError("--format corenlp has no indirect quotes")
    wanted = read_filter(conditions)
    with open_store() as store:
        if folder is not None:
            export_months(store, wanted, folder)
        else:
            export_quotes(store, wanted, form or "ndjson", output or sys.stdout.buffer)


@cli.command()
@click.option("--dry-run", is_flag=True, help="Change nothing.")
@click.option("--all", "every", is_flag=True, help="Also articles that these rules have read already.")
def reextract(dry_run: bool, every: bool) -> None:
    """Run the rules of this version over stored articles, and say what that changes.

    Articles are replaced in batches: after a stop, the same command goes on.  Corrections are kept.
    """
    from service.cli.reextract import reextract_all
    from service.cli.stores import open_store

    with open_store() as store:
        reextract_all(store, dry_run=dry_run, every=every)


@cli.command()
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Copy a store on SQLite into a new FILE, while it is in use.

    To restore it, stop the service and put FILE in the place of the store's.
    """
    from service.cli.stores import open_store

    with open_store() as store:
        store.back_up(file)


@cli.command()
@click.option("--bind", default="127.0.0.1:8000", show_default=True, metavar="HOST:PORT")
@click.option("--workers", type=click.IntRange(1, 256), help="Processes  [default: WORKERS, else 2]")
@click.option("--upgrade", is_flag=True, help="Bring the store's tables up to date first.")
def serve(bind: str, workers: int | None, upgrade: bool) -> None:
    """Serve the HTTP API with gunicorn."""
    from service.cli.serving import serve_forever

    if upgrade:
        upgrade_store()
    serve_forever(bind, workers)


@cli.command()
@click.option("--url", default="http://127.0.0.1:8000/readyz", show_default=True, help="What to ask.")
def health(url: str) -> None:
    """Ask a running service whether it is ready; status 1 if it is not."""
    from service.cli.serving import check_health

    check_health(url)


@cli.group()
def db() -> None:
    """Look after the store (DATABASE_URL)."""


@db.command()
def upgrade() -> None:
    """Create the store's tables, or bring them up to date."""
    upgrade_store()


@db.command()
@click.option(
    "--least",
    type=click.IntRange(1),
    default=1_000_000,
    show_default=True,
    help="Months share a partition until it has so many quotes; with 1 each has its own.",
)
def partition(least: int) -> None:
    """Part the quotes by month, on PostgreSQL; to be run again every month, for the new ones.

    The service can be read meanwhile; what would write is told to try again later.
    """
    from service.cli.stores import open_store

    with open_store() as store:
        number, new = store.partition_quotes(least)
    click.echo(f"{number} partitions of quotes, {new} of them new")


def upgrade_store() -> None:
    from service.cli.stores import open_store

    with open_store(check=False) as store:
        store.upgrade()


@cli.group()
def keys() -> None:
    """Look after the keys of those who may write, and read (QUOTES_KEYS_FILE)."""


@keys.command("add")
@click.argument("name")
@click.option("--scope", type=click.Choice(["read", "write"]), default="write", show_default=True)
def add_key(name: str, scope: str) -> None:
    """Make a key and print it.  It is shown this once: only its hash is kept."""
    from service.cli.keys import add

    add(name, scope)


@keys.command("list")
def list_keys() -> None:
    """List the keys: name, scope and when each was made."""
    from service.cli.keys import print_keys

    print_keys()


@keys.command("revoke")
@click.argument("name")
def revoke_key(name: str) -> None:
    """Take a key back.  A running service refuses it from the next request on."""
    from service.cli.keys import revoke

    revoke(name)
