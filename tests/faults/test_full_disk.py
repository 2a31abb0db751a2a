"""A disk without room: writes are refused with a clear problem, and go on once there is room; reads go on."""

import resource
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from service.store import Store
from tests.api.running import Reply, Service, make_store, running_service
from tests.faults.loading import BulkStream, build_article, list_workers, read_quotes

DISK = "3m"
LARGER_DISK = "12m"
LARGEST_FILE_BYTES = 2_000_000
ARTICLES_AT_MOST = 200
FILLER = "Nobody spoke. " * 2_000


def mount(folder: Path, *options: str) -> None:
    subprocess.run(["mount", *options, folder], check=True, capture_output=True)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder that holds a few megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    try:
        mount(folder, "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs")
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"no file system can be mounted here: {error}")
    yield folder
    subprocess.run(["umount", folder], check=True)


def build_long_article(number: int) -> dict[str, Any]:
    article = build_article(f"full-{number}", number)
    return {**article, "text": f"{article['text']}\n\n{FILLER}"}


def fill(service: Service) -> tuple[int, Reply]:
    """Store articles until one is refused: how many there are, and the refusal."""
    for number in range(ARTICLES_AT_MOST):
        reply = service.post("/v1/articles", build_long_article(number))
        if reply.status != 201:
            return number, reply
    raise AssertionError("the disk is not full")


def check_full(service: Service, url: str, make_room: Callable[[], None], message: str) -> None:
    stored, refusal = fill(service)
    assert message in refusal.problem(503)["store"]
    assert int(refusal.headers["Retry-After"]) > 0

    assert service.get("/readyz").status == 200
    assert service.get("/v1/quotes?limit=1").status == 200
    assert service.get("/v1/stats").json["articles"] == stored
    service.send("DELETE", "/v1/articles/full-0").problem(503)
    stream = BulkStream(service)
    stream.send([build_long_article(1_000), build_long_article(1_001)])
    answers = stream.finish()
    assert len(answers) == 1, answers
    [answer] = answers
    stream.close()
    assert answer["line"] == 1
    assert [message in error["message"] for error in answer["error"]["errors"]] == [True]
    assert service.get("/v1/stats").json["articles"] == stored

    make_room()
    assert service.post("/v1/articles", build_long_article(stored)).status == 201
    store = Store(url)
    assert store.stats().articles == stored + 1
    assert all(len(read_quotes(store, f"full-{number}") or []) == 3 for number in range(stored + 1))
    assert read_quotes(store, "full-1000") is None
    store.close()


def test_full_disk_refuses_writes_alone(small_disk: Path) -> None:
    url = make_store(small_disk)
    with running_service(url, WORKERS="2") as service:
        check_full(
            service, url, lambda: mount(small_disk, "-o", f"remount,size={LARGER_DISK}"), "has no room left"
        )


def test_failing_disk_refuses_writes_alone(tmp_path: Path) -> None:
    url = make_store(tmp_path)

    def limit_files(service: Service, most: int) -> None:
        for worker in list_workers(service):
            _, hard = resource.prlimit(worker, resource.RLIMIT_FSIZE)
            resource.prlimit(worker, resource.RLIMIT_FSIZE, (most, hard))

    # One worker: another may not have been forked yet when the limit is set.
    with running_service(url, WORKERS="1") as service:
        assert service.get("/readyz").status == 200
        limit_files(service, LARGEST_FILE_BYTES)
        check_full(service, url, lambda: limit_files(service, resource.RLIM_INFINITY), "cannot answer now")
