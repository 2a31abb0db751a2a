"""Runs the README's commands on a service started by `make serve`; `make readme` writes their answers anew,
and the table of settings.

A ```console block holds commands after "$ ", each followed by its answer.  JSON is compared by value: the
README shows it spaced out.
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
PRINTED_ADDRESS = "127.0.0.1:8000"
CONSOLE = re.compile(r"(?<=^```console\n).*?(?=^```$)", re.MULTILINE | re.DOTALL)
SETTINGS = re.compile(
    r"(?<=^\| setting \| default \| values \| meaning \|\n).*?(?=^$)", re.MULTILINE | re.DOTALL
)
WIDTH = 100
INSTALL_SECONDS = 300
# What is not run here, and what runs it.
RUN_ELSEWHERE = {
    "make serve": "served() below",
    "make test": "it is running",
    "docker compose up --build": "tests/image/check.py builds and runs the image",
    "docker compose --profile postgres up --build": "tests/image/compose.py, without --build",
}


@dataclass(frozen=True, slots=True)
class Example:
    command: str
    answer: str


@dataclass(frozen=True, slots=True)
class Served:
    """A service that `make serve` runs: its address, its environment, and the file of what was printed."""

    address: str
    environment: dict[str, str]
    printed: Path

    def answer(self, command: str) -> str:
        """Run a command of the README here, and return what it prints."""
        done = subprocess.run(
            ["bash", "-c", command.replace(PRINTED_ADDRESS, self.address)],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
            timeout=60,
        )
        return done.stdout.replace(self.address, PRINTED_ADDRESS)


@contextmanager
def served() -> Iterator[Served]:
    """Run `make serve` on a free port with a store of its own."""
    with tempfile.TemporaryDirectory() as folder:
        address = free_address()
        environment = {**os.environ, "DATABASE_URL": f"sqlite:///{folder}/quotes.db"}
        environment.pop("MAKEFLAGS", None)
        printed = Path(folder) / "printed"
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
            yield Served(address, environment, printed)
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(60)


def read_examples(block: str) -> list[Example]:
    """Split a console block into its commands and their answers."""
    parts = re.split(r"^\$ ", block, flags=re.MULTILINE)
    assert not parts[0].strip(), f"a console block opens with a command: {block[:80]!r}"
    pairs = (part.partition("\n") for part in parts[1:])
    return [Example(command, answer.strip()) for command, _, answer in pairs]


def read_readme() -> list[Example]:
    return [
        example for block in CONSOLE.findall(README.read_text("utf8")) for example in read_examples(block)
    ]


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
    README.write_text(SETTINGS.sub(lambda _: format_settings(), README.read_text("utf8")), "utf8")


def write_answers(service: Served) -> None:
    def rewrite(match: re.Match[str]) -> str:
        shown = []
        for example in read_examples(match.group()):
            elsewhere = example.command in RUN_ELSEWHERE
            answer = example.answer if elsewhere else format_answer(service.answer(example.command))
            shown.append(f"$ {example.command}\n" + (f"{answer}\n" if answer else ""))
        return "".join(shown)

    README.write_text(CONSOLE.sub(rewrite, README.read_text("utf8")), "utf8")


if __name__ == "__main__":
    write_settings()
    with served() as service:
        write_answers(service)
