"""Archives to extract, the command that does it, and what a folder of shards holds."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

QUOTES = str(Path(sys.executable).parent / "quotes")
SAID = "“Why should we move?” asked Jane Doe. She denied that number {number} was “a ruin” in winter."


def write_articles(path: Path, number: int, first: int = 0) -> None:
    """Write articles, each with a bad line behind every hundredth."""
    lines = []
    for place in range(first, first + number):
        text = "\n\n".join(
            [SAID.format(number=place), "The road is long, and nothing was heard."] * (1 + place % 5)
        )
        article = {"id": f"a{place}", "text": text, "source": "Wire", "published_at": "2025-03-01T10:00:00Z"}
        lines.append(json.dumps(article, ensure_ascii=False))
        if place % 100 == 99:
            lines.append(json.dumps({"id": f"bad{place}"}))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines), "utf8")


def run(*arguments: str | Path, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [QUOTES, *arguments], capture_output=True, text=True, timeout=120, check=False, **options
    )


def measure_peak(*arguments: str | Path) -> int:
    """The most memory that the command took, in kilobytes."""
    # Asked by a small process: at first a child has all that its parent has.
    code = (
        "import resource, subprocess, sys;"
        "subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    command = [sys.executable, "-c", code, QUOTES, *map(str, arguments)]
    return int(subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout)


def start(*arguments: str | Path) -> subprocess.Popen[str]:
    """Start the command as the head of a group of its own, so that it can be killed with its workers."""
    return subprocess.Popen(
        [QUOTES, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )


def read_folder(folder: Path) -> dict[str, bytes]:
    """All files of a folder, hidden ones among them, by their paths in it."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def list_shards(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*-*") if not path.name.startswith((".", "_")))
