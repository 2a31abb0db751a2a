"""Tasks in processes of this machine."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from service.archive.shards import Job, Outcome, Task, run_task
from service.processes import collect_less_often, map_in_processes


@dataclass(frozen=True, slots=True)
class Machine:
    """Processes of this machine; a single one is this process itself."""

    processes: int

    def run(self, job: Job, tasks: Iterable[Task]) -> Iterator[tuple[Task, Outcome]]:
        """Do the tasks, in any order.  Raises WorkerLost, OSError."""
        pairs = ((job, task) for task in tasks)
        if self.processes == 1:
            collect_less_often()
            return map(run_pair, pairs)
        return map_in_processes(run_pair, pairs, self.processes)


def run_pair(pair: tuple[Job, Task]) -> tuple[Task, Outcome]:
    job, task = pair
    return task, run_task(job, task)
