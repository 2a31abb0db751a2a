"""What the image is made of is written down, and looked up among known vulnerabilities."""

import json
import os
import re
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from bench.server import free_address
from tests.audit import ROOT, read_exceptions

LOCK = ROOT / "requirements.lock"
VULNERABILITY = {
    "id": "PYSEC-2000-1",
    "summary": "a test",
    "details": "a test",
    "affected": [{"package": {"name": "flask", "ecosystem": "PyPI"}, "ranges": [], "versions": []}],
}


def read_lock() -> dict[str, str]:
    """The packages of the lock file that the image's Python takes on Linux, and their versions."""
    [python] = re.findall(
        r"^FROM python:([\d.]+).* AS ", (ROOT / "Dockerfile").read_text("utf8"), re.MULTILINE
    )
    image = {"sys_platform": "linux", "python_version": python, "python_full_version": f"{python}.0"}
    lines = [line for line in LOCK.read_text("utf8").splitlines() if line and line[0].isalnum()]
    pinned = [Requirement(line.removesuffix("\\").strip()) for line in lines]
    taken = [each for each in pinned if each.marker is None or each.marker.evaluate(image)]
    return {canonicalize_name(each.name): str(each.specifier).removeprefix("==") for each in taken}


@pytest.fixture(scope="module")
def bill() -> dict[str, Any]:
    done = subprocess.run(["make", "sbom"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    content: dict[str, Any] = json.loads((ROOT / "build" / "sbom.cdx.json").read_text("utf8"))
    return content


def test_the_bill_lists_each_package_that_is_pinned_and_kept(bill: dict[str, Any]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf8"))
    pinned = read_lock()
    for build_tool in project["dependency-groups"]["build"]:
        del pinned[Requirement(build_tool).name]
    assert len(pinned) > 20
    assert {canonicalize_name(each["name"]): each["version"] for each in bill["components"]} == pinned


def test_the_bill_names_each_package_for_other_programs(bill: dict[str, Any]) -> None:
    for each in bill["components"]:
        name, _, version = each["purl"].removeprefix("pkg:pypi/").partition("@")
        assert (canonicalize_name(name), version) == (canonicalize_name(each["name"]), each["version"])


def test_the_bill_tells_the_licence_of_each_package(bill: dict[str, Any]) -> None:
    assert [each["name"] for each in bill["components"] if not each.get("licenses")] == []


def test_the_bill_is_of_this_version_and_the_same_whenever_it_is_written(bill: dict[str, Any]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf8"))["project"]
    described = bill["metadata"]["component"]
    assert (described["name"], described["version"]) == (project["name"], project["version"])
    assert {"timestamp", "serialNumber"} & {*bill, *bill["metadata"]} == set()


class VulnerabilityService(BaseHTTPRequestHandler):
    """Answers as OSV does: nothing is known, but of Flask."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        found = [VULNERABILITY] if asked["package"]["name"] == "flask" else []
        body = json.dumps({"vulns": found} if found else {}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def vulnerability_service() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), VulnerabilityService) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/v1/query"
        server.shutdown()


def audit(url: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.audit"]
    environment = {**os.environ, "OSV_URL": url}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_a_known_vulnerability_fails_the_audit() -> None:
    with vulnerability_service() as url:
        done = audit(url)
    assert done.returncode == 1
    assert f"flask {read_lock()['flask']}: PYSEC-2000-1, fixed in no version" in done.stdout
    assert re.search(r"^requirements.lock: \d\d packages looked up$", done.stdout, re.MULTILINE)


def test_an_audit_that_cannot_run_says_so_and_goes_on() -> None:
    done = audit(f"http://{free_address()}/v1/query")
    assert done.returncode == 0
    assert "THE AUDIT OF requirements.lock COULD NOT RUN" in done.stderr
    assert "looked up" not in done.stdout


def test_an_exception_has_its_reason() -> None:
    assert read_exceptions("# why\n\nPYSEC-1 never called\n") == {"PYSEC-1": "never called"}
    with pytest.raises(SystemExit, match="PYSEC-1 has no reason"):
        read_exceptions("PYSEC-1\n")
