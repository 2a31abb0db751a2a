"""Describes when and where a figure was measured."""

import os
import platform
from datetime import UTC, datetime
from pathlib import Path


def describe_machine() -> str:
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    return f"{today}, {processor_name()}, {os.cpu_count()} cores, Python {platform.python_version()}"


def processor_name() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
