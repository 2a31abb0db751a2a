"""Starts docker-compose.yml both ways: with SQLite, and as two replicas behind a proxy with PostgreSQL."""

import json
import socket
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from tests.image.engine import answers, docker, expect, is_healthy, request, timed, wait_until

FOLDER = Path(__file__).parent
OFFICIAL = ("postgres:17", "haproxy:3.2")
PULL_SECONDS = 300
READY_SECONDS = 60.0
ARTICLE = {"id": "compose-test", "text": "“Why should we move?” asked Jane Doe."}
READERS = 4
LOSS_SECONDS = 5.0
BULK_ARTICLES = 300  # more than the service reads before it answers
BULK_HEAD = (
    b"POST /v1/articles/bulk HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n"
)
# Run inside a replica, so that neither the other nor the proxy can answer in its place.
ASK = """
import sys, urllib.request
address, *body = sys.argv[1:]
asked = urllib.request.Request("http://127.0.0.1:8000" + address, body[0].encode() if body else None)
asked.add_header("Content-Type", "application/json")
print(urllib.request.urlopen(asked, timeout=10).read().decode())
"""


class Project:
    """What one start of the compose file runs."""

    def __init__(self, *files: str) -> None:
        self.arguments = ["compose", "--project-name", "quotes-test", "--profile", "postgres"]
        for file in ("docker-compose.yml", str(FOLDER / "quick.yml"), *files):
            self.arguments += ["--file", file]

    def run(self, *arguments: str, show: bool = False) -> str:
        return docker(*self.arguments, *arguments, show=show)

    def base(self, service: str) -> str:
        return "http://" + self.run("port", service, "8000")

    @contextmanager
    def up(self, *services: str) -> Iterator[None]:
        """Start services and what they depend on, wait until they are healthy, and leave nothing behind."""
        wait = ["--wait", "--wait-timeout", "90"]
        try:
            self.run("up", "--detach", "--no-build", *wait, *services, show=True)
            yield
        except BaseException:
            subprocess.run(["docker", *self.arguments, "logs"], check=False)
            raise
        finally:
            self.run("down", "--volumes", show=True)


def check_compose() -> None:
    docker("compose", "--profile", "postgres", "config", "--quiet")
    with timed("compose with SQLite"), (project := Project()).up("quotes"):
        request(f"{project.base('quotes')}/v1/articles", ARTICLE)
        expect_quote(project.base("quotes"))
    with timed("having images of PostgreSQL and HAProxy"):
        files = find_images()
    with timed("compose with PostgreSQL"), (project := Project(*files)).up("proxy"):
        check_replicas(project)


def find_images() -> list[str]:
    """Pull the official images; without them, build stand-ins and return the file that names these."""
    if all(pull(image) for image in OFFICIAL):
        return []
    print("The official images cannot be had: stand-ins made of Debian's packages are tested.", flush=True)
    for name in ("postgres", "haproxy"):
        file = str(FOLDER / f"{name}.Dockerfile")
        tag = f"quotes-test-{name}"
        docker("build", "--quiet", "--network", "host", "--tag", tag, "--file", file, str(FOLDER))
    return [str(FOLDER / "stand-ins.yml")]


def pull(image: str) -> bool:
    command = ["docker", "pull", "--quiet", image]
    return subprocess.run(command, check=False, capture_output=True, timeout=PULL_SECONDS).returncode == 0


def check_replicas(project: Project) -> None:
    """What one replica stores the other answers; when one is lost, no reader notices."""
    first, second = project.run("ps", "--quiet", "quotes-postgres").split()
    ask(first, "/v1/articles", json.dumps(ARTICLE))
    expect("Jane Doe" in ask(second, f"/v1/articles/{ARTICLE['id']}"), "the other replica has no article")
    base = project.base("proxy")
    wait_until(lambda: answers(f"{base}/readyz"), READY_SECONDS, "the proxy answers")
    check_bulk(base)
    check_loss(base, second)
    docker("start", second)
    wait_until(lambda: is_healthy(second), READY_SECONDS, "the lost replica is back")
    expect_quote(base)


def check_loss(base: str, container: str) -> None:
    """Kill a replica while several read; each read has its answer."""
    with ThreadPoolExecutor(READERS) as pool:
        readers = [pool.submit(read_on, base) for _ in range(READERS)]
        docker("kill", container)
        print(f"reads while a replica was lost: {sum(reader.result() for reader in readers)}")


def read_on(base: str) -> int:
    """Read for a while; return how often."""
    reads = 0
    deadline = time.monotonic() + LOSS_SECONDS
    while time.monotonic() < deadline:
        expect_quote(base)
        reads += 1
    return reads


def check_bulk(base: str) -> None:
    """The proxy lets answers out while the body still comes in."""
    host, port = base.removeprefix("http://").split(":")
    lines = [
        json.dumps({"id": f"bulk-{number}", "text": "Nothing was said."}) for number in range(BULK_ARTICLES)
    ]
    body = "".join(line + "\n" for line in lines).encode()
    with socket.create_connection((host, int(port)), timeout=READY_SECONDS) as connection:
        connection.sendall(BULK_HEAD + b"%x\r\n%b\r\n" % (len(body), body))
        with connection.makefile("rb") as received:
            expect(any(b'"created"' in line for line in received), "no article was answered for in time")
            connection.sendall(b"0\r\n\r\n")


def ask(container: str, address: str, *body: str) -> str:
    return docker("exec", container, "python", "-c", ASK, address, *body)


def expect_quote(base: str) -> None:
    answer = request(f"{base}/v1/quotes?speaker=doe")
    names = [quote["speaker"]["name"] for quote in answer["items"]]
    expect(names == ["Jane Doe"], f"the quote did not come back: {answer}")
