"""`quotes extract --output`: whole archives into shards, on this machine or a Dask cluster."""

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

import click

from service.archive.cluster import ClusterMissing, connect
from service.archive.machine import Machine
from service.archive.plan import CannotPlan, Wish, begin_run, list_tasks, tidy
from service.archive.shards import Job, OtherVersion, Outcome, Task
from service.cli.progress import Progress
from service.extras import ExtraMissing
from service.files.paths import File
from service.processes import WorkerLost


class Runner(Protocol):
    """Runs a number of tasks at once."""

    @property
    def processes(self) -> int: ...
    def run(self, job: Job, tasks: Iterable[Task]) -> Iterator[tuple[Task, Outcome]]: ...


def extract_archive(sources: Sequence[File], wish: Wish, runner: AbstractContextManager[Runner]) -> int:
    """Write the missing shards, print a summary, and return the number of bad articles."""
    try:
        with runner as opened:
            outcome, seconds = run(sources, wish, opened)
    except (CannotPlan, ClusterMissing, ExtraMissing) as error:
        raise click.ClickException(str(error)) from None
    except (WorkerLost, OtherVersion) as error:
        message = f"{error}; complete shards stay, and the same command continues"
        raise click.ClickException(message) from None
    tidy(wish.output)
    click.echo(summarise(outcome, seconds))
    if outcome.unreadable:
        raise click.ClickException("; ".join(sorted(set(outcome.unreadable))))
    return outcome.failed


def run(sources: Sequence[File], wish: Wish, runner: Runner) -> tuple[Outcome, float]:
    job = begin_run(sources, wish)
    start = time.monotonic()
    outcome = Outcome()
    with Progress(sum(file.size for file in sources)) as progress:
        for task, done in runner.run(job, list_tasks(sources, job, runner.processes)):
            outcome += done
            progress.advance(task.size)
    return outcome, time.monotonic() - start


def summarise(outcome: Outcome, seconds: float) -> str:
    rates = f"{outcome.articles / seconds:.0f} articles/s, {outcome.size / seconds / 1e6:.2f} MB/s; "
    return (
        f"{outcome.articles} articles with {outcome.quotes} quotes, {outcome.failed} failed;"
        f" {rates if outcome.articles else ''}{outcome.written} shards written, {outcome.kept} were there"
    )


def choose_runner(workers: int, scheduler: str | None) -> AbstractContextManager[Runner]:
    return nullcontext(Machine(workers)) if scheduler is None else connect(scheduler)
