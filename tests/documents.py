"""Runs the commands of README and docs/ on a service started by `make serve`; `make readme` writes their
answers again, and the table of settings.

A ```console block holds commands after "$ ", continued after "> ", each followed by its answer.  JSON is
compared by value: documents show it spaced out.  The commands of a group of documents run in order, with a
service, a store and a folder of the group's own, so that one may use what another wrote.
"""

import json
import os
import re
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.server import free_address, wait_until_ready
from service.config import describe_settings

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
DOCS = ROOT / "docs"
DOCUMENTS = (README, *sorted(DOCS.glob("*.md")))
PRINTED_ADDRESS = "127.0.0.1:8000"
CONSOLE = re.compile(r"(?<=^```console\n).*?(?=^```$)", re.MULTILINE | re.DOTALL)
SETTINGS = re.compile(
    r"(?<=^\| setting \| default \| values \| meaning \|\n).*?(?=^$)", re.MULTILINE | re.DOTALL
)
SETTINGS_DOCUMENT = DOCS / "configuration.md"
WIDTH = 140
INSTALL_SECONDS = 300
# Documents whose commands run on one service; those that change its store come last.
GROUPS = (
    ("README.md", "attribution.md", "cli.md", "http.md", "how-to.md", "accuracy.md"),
    ("authentication.md",),
)
# Documents and commands that are not run here, and what runs them.
DOCUMENTS_RUN_ELSEWHERE = {
    "analysis.md": "tests/test_analysis.py",
    "deployment.md": "tests/test_deployment.py, and tests/image/check.py with a Docker engine",
    "operations.md": "tests/monitoring/test_operations.py",
    "partitions.md": "tests/store/test_partitions.py",
    "scale.md": "tests/archive, on Dask too",
}
RUN_ELSEWHERE = {
    "make serve": "served() below",
    "make test": "it is running",
    "docker compose up --build": "tests/image/check.py builds and runs the image",
    "docker compose --profile postgres up --build": "tests/image/compose.py, without --build",
    "export QUOTES_KEYS_FILE=keys": "SETTINGS_OF below",
    "export DATABASE_URL=postgresql://user:password@host/quotes": "served() below",
    "quotes db upgrade": "tests/monitoring/test_operations.py, on PostgreSQL too",
    "quotes serve": "served() below",
}
# Settings of the service and of the commands of a group, by its first document; {folder} is where its
# commands run.  A file that a setting names is there, and empty.
SETTINGS_OF = {"authentication.md": {"QUOTES_KEYS_FILE": "{folder}/keys"}}


@dataclass(frozen=True, slots=True)
class Example:
    command: str
    answer: str


@dataclass(frozen=True, slots=True)
class Served:
    """A service that `make serve` runs: its address, its environment, and the folder for its documents."""

    address: str
    environment: dict[str, str]
    folder: Path
    printed: Path

    def answer(self, command: str) -> str:
        """Run a command of a document, and return what it prints."""
        done = subprocess.run(
            ["bash", "-o", "pipefail", "-c", command.replace(PRINTED_ADDRESS, self.address)],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
            timeout=60,
        )
        return done.stdout.replace(self.address, PRINTED_ADDRESS)


@contextmanager
def served(group: tuple[str, ...]) -> Iterator[Served]:
    """Run `make serve` on a free port, with a store and a folder for a group of documents."""
    with tempfile.TemporaryDirectory() as place:
        folder, printed = Path(place) / "folder", Path(place) / "printed"
        folder.mkdir()
        for name in (".venv", "bench", "seeds", "service"):
            (folder / name).symlink_to(ROOT / name)
        address = free_address()
        settings = {
            name: value.format(folder=folder) for name, value in SETTINGS_OF.get(group[0], {}).items()
        }
        for file in settings.values():
            Path(file).touch()
        environment = {**os.environ, "DATABASE_URL": f"sqlite:///{place}/quotes.db", **settings}
        environment["PATH"] = f"{ROOT}/.venv/bin{os.pathsep}{environment['PATH']}"
        environment.pop("MAKEFLAGS", None)
        with printed.open("w") as output:
            process = subprocess.Popen(
                ["make", "serve", f"BIND={address}"],
                cwd=ROOT,
                env=environment,
                stdout=output,
                start_new_session=True,
            )
        try:
            wait_until_ready(f"http://{address}/readyz", process, INSTALL_SECONDS)
            yield Served(address, environment, folder, printed)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
            process.wait(60)


def read_examples(block: str) -> list[Example]:
    """Split a console block into its commands and their answers."""
    parts = re.split(r"^\$ ", block, flags=re.MULTILINE)
    assert not parts[0].strip(), f"a console block opens with a command: {block[:80]!r}"
    pairs = (re.fullmatch(r"(.*\n(?:>.*\n)*)((?:.|\n)*)", part) for part in parts[1:])
    return [
        Example(re.sub(r"^> ?", "", pair[1], flags=re.MULTILINE).strip("\n"), pair[2].strip())
        for pair in pairs
        if pair
    ]


def read_document(document: Path) -> list[Example]:
    return [
        example for block in CONSOLE.findall(document.read_text("utf8")) for example in read_examples(block)
    ]


def find_document(name: str) -> Path:
    return next(path for path in DOCUMENTS if path.name == name)


def parse_answer(answer: str) -> Any:
    """Return JSON as its value, anything else as its text."""
    try:
        return json.loads(answer)
    except ValueError:
        return answer.strip()


def format_answer(answer: str) -> str:
    value = parse_answer(answer)
    return value if isinstance(value, str) else format_json(value)


def format_json(value: Any, indent: str = "") -> str:
    """Write JSON with no more lines than its width asks for."""
    line = json.dumps(value, ensure_ascii=False)
    if len(indent) + len(line) <= WIDTH or not isinstance(value, dict | list) or not value:
        return line
    deeper = indent + "  "
    if isinstance(value, dict):
        parts = [f"{json.dumps(name)}: {format_json(part, deeper)}" for name, part in value.items()]
    else:
        parts = [format_json(part, deeper) for part in value]
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    inner = f",\n{deeper}".join(parts)
    return f"{opening}\n{deeper}{inner}\n{indent}{closing}"


def format_settings() -> str:
    """Write the rows of the table of settings."""
    rows = [
        f"| `{name}` | {default} | {values} | {meaning} |"
        for name, default, values, meaning in describe_settings()
    ]
    return "\n".join(["| --- | --- | --- | --- |", *rows, ""])


def write_settings() -> None:
    text = SETTINGS_DOCUMENT.read_text("utf8")
    SETTINGS_DOCUMENT.write_text(SETTINGS.sub(lambda _: format_settings(), text), "utf8")


def write_answers(document: Path, service: Served) -> None:
    def rewrite(match: re.Match[str]) -> str:
        shown = []
        for example in read_examples(match.group()):
            elsewhere = example.command in RUN_ELSEWHERE
            answer = example.answer if elsewhere else format_answer(service.answer(example.command))
            command = example.command.replace("\n", "\n> ")
            shown.append(f"$ {command}\n" + (f"{answer}\n" if answer else ""))
        return "".join(shown)

    document.write_text(CONSOLE.sub(rewrite, document.read_text("utf8")), "utf8")


if __name__ == "__main__":
    write_settings()
    for group in GROUPS:
        with served(group) as service:
            for name in group:
                write_answers(find_document(name), service)
