"""The plan of a run: its sources, how they are cut, and whether the folder holds the same run."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from service.archive.lines import ExtractionOptions
from service.archive.shards import Form, Job, Task
from service.extractor.version import extractor_version
from service.files.paths import File, join_path, name_of_aside, reach, spell, write_aside
from service.files.sources import is_packed, strip_suffix

RECORD = "_extraction.json"
# An archive has some shards to share among workers even if it is small, and none too large to lose.
SHARDS_AT_LEAST = 32
LEAST_SHARD_BYTES = 256 * 1024
MOST_SHARD_BYTES = 64 * 1024 * 1024
UNPACKED_TIMES = 3
TASKS_PER_PROCESS = 2


class CannotPlan(Exception):
    """A run that cannot be begun, or be gone on with; the message says why."""


@dataclass(frozen=True, slots=True)
class Wish:
    """The options of a run; `shard_bytes` may be left to it."""

    output: str
    form: Form
    shard_bytes: int | None
    options: ExtractionOptions


def begin_run(sources: Sequence[File], wish: Wish) -> Job:
    """Check that these shards fit the folder, and record there how they are made.

    Raises CannotPlan, OSError.
    """
    check_names(sources)
    files, path = reach(wish.output), join_path(wish.output, RECORD)
    record = read_record(path) if files.exists(path) else None
    job = Job(
        wish.output,
        wish.form,
        wish.shard_bytes or (record or {}).get("shard_bytes") or choose_shard_bytes(sources),
        wish.options,
        extractor_version(),
    )
    described = describe_job(job)
    sizes = {spell(file.relative): file.size for file in sources}
    if record is not None:
        compare(record, described, sizes, wish.output)
        sizes = {**record["sources"], **sizes}
    if record != (new := {**described, "sources": sizes}):
        with write_aside(files, path) as target:
            target.write(orjson.dumps(new, option=orjson.OPT_INDENT_2))
    return job


def check_names(sources: Sequence[File]) -> None:
    times = Counter(strip_suffix(file.relative) for file in sources)
    for file in sources:
        name = strip_suffix(file.relative)
        if times[name] > 1:
            raise CannotPlan(f"the shards of several files would be named {name}-...: extract them apart")


def choose_shard_bytes(sources: Sequence[File]) -> int:
    total = sum(file.size for file in sources)
    return min(max(total // SHARDS_AT_LEAST, LEAST_SHARD_BYTES), MOST_SHARD_BYTES)


def describe_job(job: Job) -> dict[str, Any]:
    options = job.options
    lexicon = options.lexicon and hashlib.sha256(repr(options.lexicon).encode()).hexdigest()
    return {
        "format": job.form,
        "shard_bytes": job.shard_bytes,
        "kinds": sorted(options.kinds),
        "explain": options.explained,
        "lexicon": lexicon,
        "extractor_version": job.extractor_version,
    }


def read_record(path: str) -> dict[str, Any]:
    with reach(path).open(path) as stream:
        content = stream.read()
    try:
        record = orjson.loads(content)
        numbers = [record["shard_bytes"], *record["sources"].values()]
        if record["shard_bytes"] and all(type(number) is int and number >= 0 for number in numbers):
            return dict(record)
    except (orjson.JSONDecodeError, AttributeError, KeyError, TypeError):
        pass
    raise CannotPlan(f"{path} was not written by extraction")


def compare(record: dict[str, Any], wanted: dict[str, Any], sizes: dict[str, int], output: str) -> None:
    """Raise CannotPlan unless the existing shards were made in the same way."""
    for name, value in wanted.items():
        if record.get(name) != value:
            raise CannotPlan(
                f"{output} holds shards of another run: {name} was {record.get(name)}, not {value};"
                " give another --output"
            )
    for name, size in sizes.items():
        if record["sources"].get(name, size) != size:
            raise CannotPlan(
                f"{name} has {size} bytes, and had {record['sources'][name]} when shards of it were written"
                f" into {output}; give another --output"
            )


def list_tasks(sources: Sequence[File], job: Job, processes: int) -> list[Task]:
    """The work in portions; which they are changes nothing in the shards."""
    return [task for file in sources for task in divide(file, job.shard_bytes, len(sources), processes)]


def divide(file: File, shard_bytes: int, sources: int, processes: int) -> list[Task]:
    parts = -(-file.size // shard_bytes)
    if is_packed(file.path):
        # Each has to unpack the whole file: so many as keep all processes busy.
        parts = min(parts * UNPACKED_TIMES, -(-TASKS_PER_PROCESS * processes // sources))
    parts = max(parts, 1)
    name = strip_suffix(file.relative)
    return [Task(file.path, name, file.size // parts, part, parts) for part in range(parts)]


def tidy(output: str) -> None:
    """Remove half-written files of stopped processes; files that others may be writing stay."""
    files = reach(output)
    for file in files.find(output):
        name = name_of_aside(file.path)
        if name is not None and files.exists(name):
            files.remove(file.path)
