"""A Redis of its own for the tests, where redis-server is installed."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.server import free_address, stop

START_SECONDS = 30.0
SERVER = os.environ.get("REDIS_SERVER") or shutil.which("redis-server")


@contextmanager
def running_redis(folder: Path) -> Iterator[str]:
    """Yield the address of an empty one, such as redis://127.0.0.1:41234."""
    assert SERVER is not None
    host, port = free_address().split(":")
    options = ["--bind", host, "--port", port, "--dir", str(folder), "--save", "", "--appendonly", "no"]
    process = subprocess.Popen([SERVER, *options], stdout=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + START_SECONDS
        while not is_listening(host, int(port)):
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.02)
        yield f"redis://{host}:{port}"
    finally:
        stop(process)


def is_listening(host: str, port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((host, port)) == 0
