"""Builds the image, runs it as an operator would, and checks what it does.  `make image-test` starts it.

It needs a Docker engine and the standard library alone; the published ports are on the loopback address.
"""

import json
import os
import subprocess
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.image.compose import check_compose
from tests.image.engine import answers, docker, expect, is_healthy, request, timed, wait_until

ROOT = Path(__file__).parent.parent.parent
BILL = ROOT / "build" / "sbom.cdx.json"
IMAGE = "quote-attribution-service:test"
REVISION = "0123456789abcdef0123456789abcdef01234567"
VOLUME = "quote-attribution-service-test"
STOP_SECONDS = 10.0
START_SECONDS = 30.0  # alone it is some 3: generous, since other work may share the machine
READY_SECONDS = 60.0
HARDENED = ["--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"]
ARTICLE = {"id": "image-test", "text": "“Why should we move?” asked Jane Doe."}
# Prints what is installed in the image, and which of its files have a time of their own.
LOOK_INSIDE = """
import importlib.metadata, json, os
packages = {each.metadata["Name"]: each.version for each in importlib.metadata.distributions(path=[
    path for path in __import__("sys").path if path.startswith("/opt/quotes/")])}
times = [os.path.join(folder, name) for folder, _, names in os.walk("/opt/quotes") for name in names
    if os.lstat(os.path.join(folder, name)).st_mtime != 946684800]
print(json.dumps({"packages": packages, "times": times}))
"""


def main() -> None:
    os.chdir(ROOT)
    with timed("building the image"):
        build = ["build", "--network", "host", "--build-arg", f"REVISION={REVISION}", "--tag", IMAGE, "."]
        docker(*build, "--build-arg", f"VERSION={read_version()}", show=True)
    with timed("looking at the image"):
        check_description()
        check_content()
    with timed("running the image"):
        check_service()
    docker("tag", IMAGE, "quote-attribution-service")
    check_compose()
    print("The image is right: it serves from a read-only root, keeps its store, and stops when told.")


def read_version() -> str:
    version: str = tomllib.loads((ROOT / "pyproject.toml").read_text("utf8"))["project"]["version"]
    return version


def check_description() -> None:
    image = json.loads(docker("image", "inspect", IMAGE))[0]
    user = image["Config"]["User"]
    expect(user == "10001:10001", f"the image runs as {user or 'root'}")
    labels = image["Config"]["Labels"]
    wanted = {"version": read_version(), "revision": REVISION, "licenses": "Apache-2.0"}
    for name, value in wanted.items():
        found = labels.get(f"org.opencontainers.image.{name}")
        expect(found == value, f"the label {name} says {found}, not {value}")
    print(f"size: {image['Size'] / 1e6:.0f} MB")


def check_content() -> None:
    """Compare what is installed with the bill of materials; no time of the build may be left on a file."""
    inside: dict[str, Any] = json.loads(docker("run", "--rm", *HARDENED, IMAGE, "python", "-c", LOOK_INSIDE))
    listed = {each["name"]: each["version"] for each in json.loads(BILL.read_text("utf8"))["components"]}
    listed["quote-attribution-service"] = read_version()
    differing = sorted(set(inside["packages"].items()) ^ set(listed.items()))
    expect(not differing, f"the image and {BILL} differ in {differing}")
    expect(not inside["times"], f"files with a time of their own: {inside['times'][:5]}")


def check_service() -> None:
    docker("volume", "create", VOLUME)
    try:
        with container() as base:
            posted = request(f"{base}/v1/articles", ARTICLE)
            expect(posted["id"] == ARTICLE["id"], f"the article was not stored: {posted}")
            check_quote(base)
        with container() as base:
            check_quote(base)
    finally:
        docker("volume", "rm", VOLUME)


def check_quote(base: str) -> None:
    answer = request(f"{base}/v1/quotes?speaker=doe&article={ARTICLE['id']}")
    quotes = [(quote["text"], quote["speaker"]["name"]) for quote in answer["items"]]
    expect(quotes == [("Why should we move?", "Jane Doe")], f"the quote did not come back: {answer}")


@contextmanager
def container() -> Iterator[str]:
    """Run the image until the block ends, and yield its address; check that it starts and stops in time."""
    publish = ["--publish", "127.0.0.1::8000", "--volume", f"{VOLUME}:/data", "--health-interval", "1s"]
    publish += ["--env", "QUOTES_OPEN=1"]
    started = time.monotonic()
    name = docker("run", "--detach", *HARDENED, *publish, IMAGE)
    try:
        base = "http://" + docker("port", name, "8000/tcp")
        wait_until(lambda: answers(f"{base}/readyz"), READY_SECONDS, "the service is ready")
        seconds = time.monotonic() - started
        print(f"ready after {seconds:.1f} s")
        expect(seconds < START_SECONDS, f"the container took {seconds:.1f} s to start")
        wait_until(lambda: is_healthy(name), READY_SECONDS, "the container finds itself healthy")
        yield base
        check_stop(name)
    except BaseException:
        subprocess.run(["docker", "logs", name], check=False)
        raise
    finally:
        docker("rm", "--force", name)


def check_stop(name: str) -> None:
    started = time.monotonic()
    docker("kill", "--signal", "TERM", name)
    status = docker("wait", name)
    seconds = time.monotonic() - started
    expect(status == "0", f"the container ended with status {status} on SIGTERM")
    expect(seconds < STOP_SECONDS, f"the container took {seconds:.1f} s to stop")
    print(f"stopped after {seconds:.1f} s")


if __name__ == "__main__":
    main()
