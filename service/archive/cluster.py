"""Tasks on the workers of a Dask cluster, which read the sources and write the shards themselves.

Each worker needs this version of the service, and to reach sources and shards by the same paths or addresses.
Needs distributed (extra `cluster`).
"""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from itertools import islice
from typing import Any

from service.archive.shards import Job, Outcome, Task, run_task
from service.extractor.version import extractor_version
from service.extras import load_extra
from service.processes import WorkerLost, collect_less_often

TASKS_PER_PROCESS = 4
# A store of files that is out of reach may be back soon.
RETRIES = 2


class ClusterMissing(RuntimeError):
    """There is no cluster to run on; the message says why."""


class Cluster:
    """The workers that are there when a run begins, and those that join."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.processes = sum(client.nthreads().values())

    def run(self, job: Job, tasks: Iterable[Task]) -> Iterator[tuple[Task, Outcome]]:
        """Do the tasks, in any order; those of a worker that is lost are done by others.

        Raises WorkerLost for a task that several workers were lost with, or the scheduler; OSError.
        """
        distributed = load_distributed()
        waiting = iter(tasks)
        first = islice(waiting, TASKS_PER_PROCESS * self.processes)
        submitted = [self._submit(job, task) for task in first]
        under_way = distributed.as_completed(submitted, loop=self._client.loop)
        try:
            for done in under_way:
                yield done.result()
                for task in islice(waiting, 1):
                    under_way.add(self._submit(job, task))
        except distributed.KilledWorker as error:
            raise WorkerLost(str(error)) from None
        except (distributed.CancelledError, distributed.comm.CommClosedError):
            raise WorkerLost("the scheduler was lost, or has cancelled the tasks") from None

    def _submit(self, job: Job, task: Task) -> Any:
        return self._client.submit(run_remotely, job, task, pure=False, retries=RETRIES)


@contextmanager
def connect(scheduler: str) -> Iterator[Cluster]:
    """The cluster of a scheduler.  Raises ClusterMissing, ExtraMissing."""
    distributed = load_distributed()
    for name in ("distributed", "distributed.client"):
        # Of a lost connection they tell at length what is raised here in a line.
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        client = distributed.Client(scheduler, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ClusterMissing(f"no scheduler answers at {scheduler}: {error}") from None
    with client:
        try:
            # As long as Dask waits for a scheduler: distributed.comm.timeouts.connect.
            client.wait_for_workers(1, timeout=client._timeout)
        except TimeoutError:
            raise ClusterMissing(f"the scheduler at {scheduler} has no workers") from None
        check_workers(client)
        yield Cluster(client)


def check_workers(client: Any) -> None:
    """Raise ClusterMissing if a worker lacks this package: it would end by each task, which then waits."""
    try:
        client.run(extractor_version)
    except Exception as error:  # that of the worker, or one with its text alone
        raise ClusterMissing(f"a worker cannot run this service: {error}") from None


def load_distributed() -> Any:
    return load_extra("distributed", "cluster", "--dask")


def run_remotely(job: Job, task: Task) -> tuple[Task, Outcome]:
    prepare_process()
    return task, run_task(job, task)


@cache
def prepare_process() -> None:
    collect_less_often()
