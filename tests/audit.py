"""Looks up known vulnerabilities of all packages that the lock files name; `make audit` and CI run it.

Status 1 if one is found that `tests/audit-exceptions.txt` does not excuse.  Where the vulnerability service
(OSV, or what OSV_URL names) does not answer it says so, loudly, and ends with 0: no change is to blame.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parent.parent
EXCEPTIONS = Path(__file__).parent / "audit-exceptions.txt"
SECONDS = "15"  # how long the service may take over one package


class Finding(NamedTuple):
    package: str
    version: str
    identity: str
    fixed_in: str


def main() -> int:
    """Audit both lock files; return the status to end with."""
    excused = read_exceptions(EXCEPTIONS.read_text("utf8"))
    findings: list[Finding] = []
    for lock in ("requirements.lock", "requirements-dev.lock"):
        report = ask(ROOT / lock, list(excused))
        if report is None:
            shout(f"THE AUDIT OF {lock} COULD NOT RUN: the vulnerability service does not answer.")
            continue
        print(f"{lock}: {len(report['dependencies'])} packages looked up")
        findings += read_findings(report)
    for finding in sorted(set(findings)):
        print(f"{finding.package} {finding.version}: {finding.identity}, fixed in {finding.fixed_in}")
    if findings:
        print(f"Take a newer version, or give a reason in tests/{EXCEPTIONS.name} why it does no harm.")
    return 1 if findings else 0


def read_exceptions(text: str) -> dict[str, str]:
    """Read lines of an identity and the reason why it does no harm.  Raises SystemExit for one without."""
    excused = {}
    for line in text.splitlines():
        identity, _, reason = line.strip().partition(" ")
        if not identity or identity.startswith("#"):
            continue
        if not reason.strip():
            raise SystemExit(f"tests/{EXCEPTIONS.name}: {identity} has no reason")
        excused[identity] = reason.strip()
    return excused


def ask(lock: Path, excused: list[str]) -> dict[str, Any] | None:
    """Return pip-audit's report; None unless it was told something of every package."""
    command = [
        sys.executable,
        "-m",
        "pip_audit",
        "--requirement",
        str(lock),
        "--require-hashes",
        "--disable-pip",
    ]
    command += [
        "--vulnerability-service",
        "osv",
        "--timeout",
        SECONDS,
        "--format",
        "json",
        "--progress-spinner",
        "off",
    ]
    if url := os.environ.get("OSV_URL"):
        command += ["--osv-url", url]
    for identity in excused:
        command += ["--ignore-vuln", identity]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        report: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        print("".join(done.stderr.splitlines(keepends=True)[-1:]), file=sys.stderr)
        return None
    skipped = [each for each in report["dependencies"] if "skip_reason" in each]
    return None if skipped or not report["dependencies"] else report


def read_findings(report: dict[str, Any]) -> list[Finding]:
    return [
        Finding(each["name"], each["version"], found["id"], ", ".join(found["fix_versions"]) or "no version")
        for each in report["dependencies"]
        for found in each["vulns"]
    ]


def shout(message: str) -> None:
    print(f"\n{'!' * 78}\n{message}\n{'!' * 78}\n", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
