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
@click.option("--output", metavar="DIR", help="Write shards into this folder; existing ones are kept.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["ndjson", "parquet"]),
    default="ndjson",
    show_default=True,
    help="Format of the shards; parquet includes the articles, for `quotes load`.",
)
@click.option(
    "--shard-bytes",
    type=click.IntRange(1_000, 10**12),
    metavar="N",
    help="Size of a shard in bytes  [default: a 32nd of all, 256 kB to 64 MB]",
)
@click.option("--dask", "scheduler", metavar="URL", help="Run on the Dask cluster of this scheduler.")
@click.option("--explain", "explained", is_flag=True, help="Explain how each quote got its speaker.")
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

    With --output the quotes go into shards: files that are complete or not there.  The same command, run
    again after a stop, writes those that are missing.  Paths may be addresses then (s3://bucket/2019).
    """
    from service.cli.extract import run_extract

    if run_extract(paths, output, **options):
        sys.exit(1)


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="NDJSON, a rule a line.")
def rules(as_json: bool) -> None:
    """List the attribution rules, in the order in which they are tried.

    With an example of each, how many passages of annotated news it attributed, and how many of
    them rightly.
    """
    from service.cli.rules import print_rules

    print_rules(as_json=as_json)


@cli.command()
@click.argument("text", required=False)
def shape(text: str | None) -> None:
    """Print how rules read TEXT, or standard input: each token above the name of its tag."""
    from service.cli.shape import print_shape

    print_shape(sys.stdin.buffer.read().decode(errors="replace") if text is None else text)


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
    from service.cli.open_store import open_store
    from service.cli.settings import read_config

    with open_store(busy_seconds=BUSY_SECONDS) as store:
        summary = load_paths(store, paths, read_config(), workers=workers)
    click.echo(summary)
    if summary.failed:
        sys.exit(1)


def read_date(context: click.Context, parameter: click.Parameter, value: str | None) -> datetime | None:
    from service.schemas.moments import parse_moment

    try:
        return None if value is None else parse_moment(value, end_of_day=parameter.name == "to")
    except ValueError as error:
        raise click.BadParameter(str(error), context, parameter) from None


def filter_options(command: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.option(
            "--speaker",
            metavar="NAME",
            multiple=True,
            help="Name of the speaker, or a part of it; if repeated, any of them.",
        ),
        click.option("--external-id", metavar="ID", help="External id of the speaker: a Wikidata QID, say."),
        click.option("--article", metavar="ID", help="Id of the article."),
        click.option(
            "--source",
            metavar="NAME",
            multiple=True,
            help="Who published the article; if repeated, any of them.",
        ),
        click.option(
            "--from",
            "from_",
            metavar="DATE",
            callback=read_date,
            help="Published then or later; a date, or a date and time.",
        ),
        click.option(
            "--to", metavar="DATE", callback=read_date, help="Then or earlier; a date includes the day."
        ),
        click.option(
            "--since",
            metavar="DATE",
            callback=read_date,
            help="Stored first then or later; a date, or a date and time.",
        ),
        click.option(
            "--undated/--dated", default=None, help="Only of articles without a date, or of those with one."
        ),
        click.option(
            "--kind",
            type=click.Choice(["direct", "mixed", "indirect", "any"]),
            help="Only direct and mixed by default.",
        ),
        click.option("--min-confidence", type=click.FloatRange(0, 1)),
        click.option("--role", metavar="ROLE", help="Role of the speaker, such as mayor."),
        click.option("--gender", type=click.Choice(["f", "m", "unknown"]), help="Gender of the speaker."),
        click.option(
            "--speaker-kind",
            type=click.Choice(["person", "organisation", "document", "group", "unnamed"]),
            help="Kind of speaker.",
        ),
        click.option("--unique", is_flag=True, help="Only the earliest of equal quotes."),
        click.option(
            "--order",
            type=click.Choice(["newest", "oldest", "relevance", "added"]),
            help="By date, newest first, by default; relevance is for searches with words, added by when"
            " they were stored.",
        ),
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
    from service.cli.open_store import open_store
    from service.cli.search import print_quotes, read_filter

    wanted = read_filter({"q": " ".join(words) or None, **conditions})
    with open_store() as store:
        print_quotes(store, wanted, limit=limit, as_json=as_json)


@cli.command()
@click.argument("draft", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--quote", metavar="WORDS", help="One quotation, in place of a draft.")
@click.option(
    "--lines",
    type=click.File("rb"),
    metavar="FILE",
    help="NDJSON in place of a draft: quote, speaker and text, or source, from and to; - is standard input.",
)
@click.option(
    "--article",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The text to find it in; without it: the store.",
)
@click.option(
    "--speaker", metavar="NAME", help="Who is said to have said it; without it whom the draft names."
)
@click.option("--json", "as_json", is_flag=True, help="NDJSON, a quotation a line.")
def verify(
    draft: Path | None,
    quote: str | None,
    lines: BinaryIO | None,
    article: Path | None,
    speaker: str | None,
    as_json: bool,
) -> None:
    """Check every quotation of DRAFT, or those that are given, against an article or the store.

    Prints a verdict for each: exact, altered, partial, joined, not_said or absent; and how it differs:
    [-what was said-] {+what the quotation has instead+}.  The status is 1 if any is not exact.
    """
    from service.cli.open_store import open_store
    from service.cli.verify import list_wanted, verify_against_article, verify_against_store
    from service.cli.verify_lines import verify_lines

    if [draft, quote, lines].count(None) != 2:
        raise click.UsageError("give a DRAFT, --quote WORDS or --lines FILE")
    if lines is not None:
        if speaker is not None:
            raise click.UsageError("--lines takes no --speaker: each line may name one")
        if not verify_lines(lines, article):
            sys.exit(1)
        return
    wanted = list_wanted(quote, speaker, draft)
    if article is not None:
        all_exact = verify_against_article(wanted, article, as_json=as_json)
    else:
        with open_store() as store:
            all_exact = verify_against_store(wanted, store, as_json=as_json)
    if not all_exact:
        sys.exit(1)


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
@click.option(
    "--excel", is_flag=True, help="With --format csv: a byte order mark, no line ends inside cells."
)
@click.option(
    "--output",
    type=click.File("wb", lazy=True),
    metavar="FILE",
    help="The file to write; standard output by default.",
)
@click.option(
    "--parquet",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write DIR/year=2024/month=03/quotes.parquet and the like instead.",
)
def export(
    form: str | None, excel: bool, output: BinaryIO | None, folder: Path | None, **conditions: Any
) -> None:
    """Write all stored quotes, newest first, for other programs.

    With --parquet, write a file a month into a folder and replace those of earlier exports; with --from or
    --to only of these months.
    """
    from service.cli.export import export_months, export_quotes
    from service.cli.open_store import open_store
    from service.cli.search import read_filter

    if folder is not None and (form or output):
        raise click.UsageError("--parquet takes neither --format nor --output")
    if excel and form != "csv":
        raise click.UsageError("--excel is for --format csv")
    if form == "annotation" and any(value not in (None, False, ()) for value in conditions.values()):
        raise click.UsageError("--format annotation takes no conditions")
    if form == "corenlp" and conditions["kind"] in ("indirect", "any"):
        raise click.UsageError("--format corenlp has no indirect quotes")
    if conditions["order"] and (folder is not None or form in ("citron", "corenlp")):
        raise click.UsageError("--order is for formats of a quote a line or row: ndjson, csv and parquet")
    wanted = read_filter(conditions)
    with open_store() as store:
        if folder is not None:
            export_months(store, wanted, folder)
        else:
            export_quotes(store, wanted, form or "ndjson", output or sys.stdout.buffer, for_excel=excel)


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="One line of JSON, as GET /v1/stats gives it.")
def stats(as_json: bool) -> None:
    """Count the store's articles, quotes and speakers."""
    from service.cli.open_store import open_store
    from service.cli.stats import print_statistics

    with open_store() as store:
        print_statistics(store.stats(), as_json=as_json)


@cli.command()
@click.argument("article_ids", nargs=-1, required=True, metavar="ARTICLE_ID...")
def delete(article_ids: tuple[str, ...]) -> None:
    """Delete articles with their quotes, and speakers left without any.

    An id that is not there is named, and the command ends with status 1; the others are deleted.
    """
    from service.cli.open_store import open_store

    with open_store() as store:
        missing = [one for one in dict.fromkeys(article_ids) if not store.delete_article(one)]
    for one in missing:
        click.echo(f"no article has the id {one}", err=True)
    click.echo(f"{len(set(article_ids)) - len(missing)} articles deleted")
    if missing:
        sys.exit(1)


@cli.group()
def speakers() -> None:
    """List speakers, and merge those who are the same."""


@speakers.command("list")
@click.argument("name", required=False)
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="The most to show.")
@click.option("--json", "as_json", is_flag=True, help="NDJSON, a speaker a line.")
def list_speakers(name: str | None, limit: int, as_json: bool) -> None:
    """List speakers by name, or those of this NAME or part of it, each with its id."""
    from service.cli.open_store import open_store
    from service.cli.speakers import print_speakers

    with open_store() as store:
        print_speakers(store, name, limit=limit, as_json=as_json)


@speakers.command("merge")
@click.argument("speaker_id")
@click.argument("into")
def merge_speaker(speaker_id: str, into: str) -> None:
    """Give all quotes of SPEAKER_ID, now and later, to INTO, who is the same.

    `quotes speakers part` undoes it.
    """
    from service.cli.open_store import open_store
    from service.cli.speakers import print_changed

    with open_store() as store:
        print_changed(store.merge_speakers(speaker_id, into), speaker_id)


@speakers.command("part")
@click.argument("speaker_id")
def part_speaker(speaker_id: str) -> None:
    """Give a merged speaker the quotes back."""
    from service.cli.open_store import open_store
    from service.cli.speakers import print_changed

    with open_store() as store:
        print_changed(store.undo_merge(speaker_id), speaker_id)


@cli.command()
@click.option("--dry-run", is_flag=True, help="Print what would change, and change nothing.")
@click.option("--all", "every", is_flag=True, help="Also articles that this version has extracted already.")
def reextract(dry_run: bool, every: bool) -> None:
    """Run the rules of this version on stored articles, and print what changes.

    Articles are replaced in batches: after a stop, the same command continues.  Corrections are kept.
    """
    from service.cli.open_store import open_store
    from service.cli.reextract import reextract_all

    with open_store() as store:
        reextract_all(store, dry_run=dry_run, every=every)


@cli.command()
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Copy a SQLite store into a new FILE, while it is in use.

    To restore it, stop the service and replace the store's file by FILE.
    """
    from service.cli.open_store import open_store

    with open_store() as store:
        store.back_up(file)


@cli.command()
@click.option("--bind", default="127.0.0.1:8000", show_default=True, metavar="HOST:PORT")
@click.option("--workers", type=click.IntRange(1, 256), help="Processes  [default: WORKERS, else 2]")
@click.option("--upgrade", is_flag=True, help="Upgrade the store's tables first.")
def serve(bind: str, workers: int | None, upgrade: bool) -> None:
    """Serve the HTTP API with gunicorn."""
    from service.cli.serve import serve_forever

    if upgrade:
        upgrade_store()
    serve_forever(bind, workers)


@cli.command()
@click.option("--url", default="http://127.0.0.1:8000/readyz", show_default=True, help="The address to ask.")
def health(url: str) -> None:
    """Ask a running service whether it is ready; status 1 if it is not."""
    from service.cli.serve import check_health

    check_health(url)


@cli.group()
def people() -> None:
    """Manage the people you know, whom articles that are stored later find."""


@people.command("load")
@click.argument("file", type=click.File("rb"))
def load_people(file: BinaryIO) -> None:
    """Put the people of FILE on the list, each in place of the one with the same id.

    FILE is CSV if its name ends in .csv, with the names of the columns in its first row, else NDJSON: name,
    and, if wished, id, aliases (in CSV divided by |), gender (f or m), kind (person or organisation),
    external_id such as a Wikidata QID, description, since and until.
    """
    from service.cli.load import BUSY_SECONDS
    from service.cli.open_store import open_store
    from service.cli.people import load_people as load_all

    with open_store(busy_seconds=BUSY_SECONDS) as store:
        saved, failed = load_all(store, file, file.name)
    click.echo(f"{saved} people on the list; {failed} lines failed")
    if failed:
        sys.exit(1)


@people.command("list")
@click.option("--name", help="A whole name or alias.")
@click.option("--external-id", metavar="ID", help="Such as a Wikidata QID.")
def list_people(name: str | None, external_id: str | None) -> None:
    """Print the people on the list as NDJSON, which `quotes people load` takes again."""
    from service.cli.open_store import open_store
    from service.cli.people import print_people

    with open_store() as store:
        print_people(store, name, external_id)


@people.command("delete")
@click.argument("ids", nargs=-1)
@click.option("--all", "every", is_flag=True, help="Everybody.")
def delete_people(ids: tuple[str, ...], every: bool) -> None:
    """Take people off the list, by IDS.  Quotes that are stored stay as they are."""
    from service.cli.open_store import open_store

    if every == bool(ids):
        raise click.UsageError("give IDS or --all")
    with open_store() as store:
        number = store.delete_people() if every else sum(store.delete_person(one) for one in ids)
    click.echo(f"{number} people taken off the list")
    if not every and number < len(ids):
        sys.exit(1)


@cli.group()
def db() -> None:
    """Manage the store (DATABASE_URL)."""


@db.command()
def upgrade() -> None:
    """Create the store's tables, or upgrade them to this version."""
    upgrade_store()


@db.command()
@click.option(
    "--least",
    type=click.IntRange(1),
    default=1_000_000,
    show_default=True,
    help="Months share a partition until it has this many quotes; with 1 each has its own.",
)
def partition(least: int) -> None:
    """Partition the quotes by month, on PostgreSQL; run it again every month.

    Reads continue meanwhile; writes are refused and can be sent again.
    """
    from service.cli.open_store import open_store

    with open_store() as store:
        number, new = store.partition_quotes(least)
    click.echo(f"{number} partitions of quotes, {new} of them new")


def upgrade_store() -> None:
    from service.cli.open_store import open_store

    with open_store(check=False) as store:
        store.upgrade()


@cli.group()
def keys() -> None:
    """Manage keys for writing and reading (QUOTES_KEYS_FILE)."""


@keys.command("add")
@click.argument("name")
@click.option("--scope", type=click.Choice(["read", "write", "feed"]), default="write", show_default=True)
def add_key(name: str, scope: str) -> None:
    """Create a key and print it, only this once: only its hash is kept."""
    from service.cli.keys import add

    add(name, scope)


@keys.command("list")
def list_keys() -> None:
    """List the keys: name, scope and date."""
    from service.cli.keys import print_keys

    print_keys()


@keys.command("revoke")
@click.argument("name")
def revoke_key(name: str) -> None:
    """Revoke a key.  A running service refuses it from the next request on."""
    from service.cli.keys import revoke

    revoke(name)
