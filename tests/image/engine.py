"""The Docker engine, for the checks of the image: the standard library and the `docker` command alone."""

import json
import os
import secrets
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

# For docker-compose.yml: any free port, and a password of this run.
SETTINGS = {"PORT": "0", "POSTGRES_PORT": "0", "POSTGRES_PASSWORD": secrets.token_hex(16)}


def docker(*arguments: str, show: bool = False) -> str:
    """Run docker and return what it prints; with `show`, print it.  Raises CalledProcessError."""
    output = None if show else subprocess.PIPE
    environment = {**os.environ, **SETTINGS}
    result = subprocess.run(["docker", *arguments], check=True, stdout=output, text=True, env=environment)
    return (result.stdout or "").strip()


def request(url: str, body: dict[str, Any] | None = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    headers = {} if data is None else {"Content-Type": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(url, data, headers), timeout=10) as response:
        return json.load(response)


def wait_until(held: Callable[[], bool], seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not held():
        expect(time.monotonic() < deadline, f"after {seconds:.0f} s still not so: {what}")
        time.sleep(0.1)


def answers(url: str) -> bool:
    try:
        request(url)
    except (OSError, ValueError):
        return False
    return True


def is_healthy(name: str) -> bool:
    state = json.loads(docker("inspect", "--format", "{{json .State}}", name))
    expect(state["Running"], "the container has ended")
    return bool(state["Health"]["Status"] == "healthy")


def expect(held: bool, message: str) -> None:
    if not held:
        raise SystemExit(f"image-test: {message}")


@contextmanager
def timed(part: str) -> Iterator[None]:
    """Print how long a part took, in seconds."""
    started = time.monotonic()
    yield
    print(f"{part}: {time.monotonic() - started:.1f} s", flush=True)
