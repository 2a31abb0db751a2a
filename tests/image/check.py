"""Builds the image, runs it as an operator would, and checks what it does.  `make image-test` starts it.

It needs a Docker engine and the standard library alone; the published port is on the loopback address.
"""

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

IMAGE = "quote-attribution-service:test"
VOLUME = "quote-attribution-service-test"
STOP_SECONDS = 10.0
READY_SECONDS = 60.0
HARDENED = ["--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"]
ARTICLE = {"id": "image-test", "text": "“Why should we move?” asked Jane Doe."}


def main() -> None:
    lint()
    docker("build", "--network", "host", "--tag", IMAGE, ".", show=True)
    docker("volume", "create", VOLUME)
    try:
        check_user()
        with container() as base:
            posted = request(f"{base}/v1/articles", ARTICLE)
            expect(posted["id"] == ARTICLE["id"], f"the article was not stored: {posted}")
            check_quote(base)
        with container() as base:
            check_quote(base)
    finally:
        docker("volume", "rm", VOLUME)
    check_compose()
    print("The image is right: it serves from a read-only root, keeps its store, and stops when told.")


def lint() -> None:
    if shutil.which("hadolint"):
        subprocess.run(["hadolint", "Dockerfile"], check=True)
    else:
        print("hadolint is not installed: the Dockerfile is not linted.", file=sys.stderr)
    docker("compose", "--profile", "postgres", "config", "--quiet")


def check_compose() -> None:
    """Start the service as docker-compose.yml has it, on any free port, and wait until it is healthy."""
    docker("tag", IMAGE, "quote-attribution-service")
    compose = ["compose", "--file", "docker-compose.yml", "--project-name", "quotes-test"]
    try:
        docker(*compose, "up", "--detach", "--no-build", "--wait", "--wait-timeout", "60", show=True)
    finally:
        docker(*compose, "down", "--volumes", show=True)


def check_user() -> None:
    user = docker("image", "inspect", "--format", "{{.Config.User}}", IMAGE)
    expect(user not in ("", "0", "root"), f"the image runs as {user or 'root'}")


def check_quote(base: str) -> None:
    answer = request(f"{base}/v1/quotes?speaker=doe&article={ARTICLE['id']}")
    quotes = [(quote["text"], quote["speaker"]["name"]) for quote in answer["items"]]
    expect(quotes == [("Why should we move?", "Jane Doe")], f"the quote did not come back: {answer}")


@contextmanager
def container() -> Iterator[str]:
    """Run the image until the block ends, and yield its address; check that it stops cleanly and in time."""
    publish = ["--publish", "127.0.0.1::8000", "--volume", f"{VOLUME}:/data", "--health-interval", "1s"]
    name = docker("run", "--detach", *HARDENED, *publish, "--env", "QUOTES_OPEN=1", IMAGE)
    try:
        started = time.monotonic()
        wait_until_healthy(name)
        print(f"healthy after {time.monotonic() - started:.1f} s")
        yield "http://" + docker("port", name, "8000/tcp")
        started = time.monotonic()
        docker("kill", "--signal", "TERM", name)
        status = docker("wait", name)
        seconds = time.monotonic() - started
        expect(status == "0", f"the container ended with status {status} on SIGTERM")
        expect(seconds < STOP_SECONDS, f"the container took {seconds:.1f} s to stop")
        print(f"stopped after {seconds:.1f} s")
    except BaseException:
        subprocess.run(["docker", "logs", name], check=False)
        raise
    finally:
        docker("rm", "--force", name)


def wait_until_healthy(name: str) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while (status := docker("inspect", "--format", "{{.State.Health.Status}}", name)) != "healthy":
        running = docker("inspect", "--format", "{{.State.Running}}", name)
        expect(
            running == "true" and time.monotonic() < deadline,
            f"the container is {status}, running: {running}",
        )
        time.sleep(0.2)


def request(url: str, body: dict[str, Any] | None = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    headers = {} if data is None else {"Content-Type": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(url, data, headers), timeout=10) as response:
        return json.load(response)


def docker(*arguments: str, show: bool = False) -> str:
    output = None if show else subprocess.PIPE
    environment = {**os.environ, "PORT": "0"}  # docker-compose.yml: any free port
    result = subprocess.run(["docker", *arguments], check=True, stdout=output, text=True, env=environment)
    return (result.stdout or "").strip()


def expect(held: bool, message: str) -> None:
    if not held:
        raise SystemExit(f"image-test: {message}")


if __name__ == "__main__":
    main()
