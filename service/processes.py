"""Processes of this machine: work divided among them, and how rarely each looks for cycles of garbage."""

import gc
import os
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from threading import Thread
from typing import Any, TypeVar

Result = TypeVar("Result")
TASKS_PER_WORKER = 3  # one in hand, and enough waiting that no worker idles
PARENT_SECONDS = 0.5


def collect_less_often() -> None:
    """Collect garbage less often: loaded objects stay, and an article leaves few cycles.

    The last generation is collected too, so that cycles do not pile up in it.
    """
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)


class WorkerLost(RuntimeError):
    """A process was killed, perhaps because memory ran out; complete output is kept."""


def map_in_processes(
    function: Callable[[Any], Result], given: Iterable[Any], workers: int, *, in_order: bool = False
) -> Iterator[Result]:
    """Yield a function's result for each item, with a bounded number in progress.  Raises WorkerLost."""
    # What one process does without, it need not wait for.
    from concurrent.futures import Future, ProcessPoolExecutor, as_completed
    from concurrent.futures.process import BrokenProcessPool

    waiting = iter(given)
    pending: list[Future[Result]] = []
    with ProcessPoolExecutor(workers, initializer=prepare_worker) as pool:
        try:
            pending += [pool.submit(function, one) for one in islice(waiting, workers * TASKS_PER_WORKER)]
            while pending:
                done = pending[0] if in_order else next(as_completed(pending))
                pending.remove(done)
                yield done.result()
                pending += [pool.submit(function, one) for one in islice(waiting, 1)]
        except BrokenProcessPool:
            raise WorkerLost("a process was killed before it was done") from None
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def prepare_worker() -> None:
    collect_less_often()
    # ^C goes to all: the first process says that it ends, the others just do, whatever they are writing.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    Thread(target=end_with_parent, daemon=True).start()


def end_with_parent() -> None:
    """End this process after the first one was killed, which could not tell it to."""
    from multiprocessing import parent_process

    parent = parent_process()
    while parent is not None and os.getppid() == parent.pid:
        time.sleep(PARENT_SECONDS)
    os._exit(1)
