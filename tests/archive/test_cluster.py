"""`quotes extract --dask`: a real scheduler and real workers, on loopback."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.archive.running import list_shards, read_folder, run, start, write_articles

DEADLINE = 60
SMALL = ("--shard-bytes", "20000")
DASK = str(Path(sys.executable).parent / "dask")


class Running:
    """A scheduler, and workers of one thread each."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.processes: list[subprocess.Popen[bytes]] = []
        written = folder / "scheduler.json"
        self._start(
            "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", written
        )
        wait_until(written.exists)
        wait_until(lambda: written.read_text().endswith("}"))
        self.address = str(json.loads(written.read_text())["address"])

    def add_worker(self, **environment: str) -> subprocess.Popen[bytes]:
        return self._start(
            "worker",
            self.address,
            *("--host", "127.0.0.1", "--nthreads", "1", "--no-nanny", "--no-dashboard"),
            *("--local-directory", self.folder),
            **environment,
        )

    def stop(self) -> None:
        for process in reversed(self.processes):
            process.terminate()
        for process in self.processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()

    def _start(self, *arguments: str | Path, **environment: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [DASK, *map(str, arguments)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **environment},
        )
        self.processes.append(process)
        return process


def wait_until(holds: Callable[[], Any]) -> None:
    end = time.monotonic() + DEADLINE
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


@contextmanager
def running_cluster(folder: Path, workers: int) -> Iterator[Running]:
    folder.mkdir(exist_ok=True)
    running = Running(folder)
    try:
        for _ in range(workers):
            running.add_worker()
        yield running
    finally:
        running.stop()


@pytest.fixture(autouse=True)
def _short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who asks a worker for what it did just before it was killed waits so long for it."""
    monkeypatch.setenv("DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT", "2s")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("archive")
    for month in range(1, 4):
        write_articles(folder / f"{month}.ndjson", 400, first=month * 1_000)
    return folder


def test_a_cluster_writes_the_same_bytes_though_a_worker_is_killed(archive: Path, tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    options = ("--format", "parquet", "--kinds", "any", *SMALL)
    one_machine = run("extract", archive, "--output", here, *options)
    assert one_machine.returncode == 1
    with running_cluster(tmp_path / "dask", 2) as cluster:
        running = start("extract", archive, "--output", there, "--dask", cluster.address, *options)
        wait_until(lambda: len(list_shards(there)) >= 3 or running.poll() is not None)
        cluster.processes[-1].send_signal(signal.SIGKILL)
        assert len(list_shards(there)) < len(list_shards(here)), "all was done before the kill"
        output, errors = running.communicate(timeout=DEADLINE)
    assert running.returncode == 1, errors
    assert read_folder(there) == read_folder(here)
    # A shard that was whole when its worker was killed, but not reported yet, is found there by the next.
    told = re.search(r" MB/s; (\d+) shards written, (\d+) were there$", output)
    assert told is not None, output
    assert sum(map(int, told.groups())) == len(list_shards(here))
    assert "Traceback" not in errors


def test_a_cluster_goes_on_with_what_one_machine_began(archive: Path, tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    run("extract", archive, "--output", here, *SMALL)
    run("extract", archive, "--output", there, *SMALL)
    removed = list_shards(there)[3::2]
    for path in removed:
        path.unlink()
    with running_cluster(tmp_path / "dask", 1) as cluster:
        done = run("extract", archive, "--output", there, "--dask", cluster.address)
    kept = len(list_shards(here)) - len(removed)
    assert f"; {len(removed)} shards written, {kept} were there" in done.stdout, done.stderr
    assert read_folder(there) == read_folder(here)


def test_a_cluster_that_is_not_there_is_told_of(archive: Path, tmp_path: Path) -> None:
    done = run("extract", archive, "--output", tmp_path / "shards", "--dask", "tcp://127.0.0.1:9")
    assert done.returncode == 1
    assert "no scheduler answers at tcp://127.0.0.1:9" in done.stderr
    assert "Traceback" not in done.stderr
    done = run("extract", archive, "--output", tmp_path / "shards", "--dask", "nonsense://x")
    assert "no scheduler answers at nonsense://x" in done.stderr
    with running_cluster(tmp_path / "dask", 0) as cluster:
        done = run("extract", archive, "--output", tmp_path / "shards", "--dask", cluster.address)
    assert f"the scheduler at {cluster.address} has no workers" in done.stderr


def test_a_scheduler_that_is_lost_ends_the_run_with_one_line(archive: Path, tmp_path: Path) -> None:
    there = tmp_path / "there"
    with running_cluster(tmp_path / "dask", 1) as cluster:
        running = start("extract", archive, "--output", there, "--dask", cluster.address, *SMALL)
        wait_until(lambda: len(list_shards(there)) >= 3 or running.poll() is not None)
        cluster.processes[0].kill()
        output, errors = running.communicate(timeout=DEADLINE)
    assert (running.returncode, output) == (1, "")
    assert "Error: the scheduler was lost, or has cancelled the tasks; complete shards stay" in errors
    assert "Traceback" not in errors


def test_a_worker_without_the_service_is_told_of(archive: Path, tmp_path: Path) -> None:
    other = tmp_path / "other" / "service"
    other.mkdir(parents=True)
    (other / "__init__.py").write_text("")
    with running_cluster(tmp_path / "dask", 0) as cluster:
        cluster.add_worker(PYTHONPATH=str(other.parent))
        done = run("extract", archive, "--output", tmp_path / "shards", "--dask", cluster.address)
    assert done.returncode == 1
    assert "Error: a worker cannot run this service: ModuleNotFoundError" in done.stderr
    assert "Traceback" not in done.stderr
