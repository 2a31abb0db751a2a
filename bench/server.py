"""Starts gunicorn on a free loopback port, as `quotes serve` does, and stops it."""

import os
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from service.server.command import write_command

START_SECONDS = 30.0
STOP_SECONDS = 60.0


def free_address() -> str:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{listener.getsockname()[1]}"


@contextmanager
def running_server(application: str, ready_path: str, environment: Mapping[str, str]) -> Iterator[str]:
    """Serve `module:callable()` and yield its address, such as http://127.0.0.1:41234, once it is ready.

    It logs as it would in use, to a file: writing it down is part of what an answer costs.
    """
    address = free_address()
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            write_command("--bind", address, application=application),
            env={**os.environ, **environment},
            stderr=log,
        )
        try:
            wait_until_ready(f"http://{address}{ready_path}", process)
            yield f"http://{address}"
        finally:
            stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a server as an operator does.  Raises TimeoutExpired if it does not end."""
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        raise


def wait_until_ready(url: str, process: subprocess.Popen[bytes], seconds: float = START_SECONDS) -> None:
    """Return when the address answers.  Raises RuntimeError if it does not, in time or at all."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"{url} answered {error.code}: {error.read().decode()}") from error
        except OSError as error:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{url} does not answer: {error}") from error
            time.sleep(0.05)
