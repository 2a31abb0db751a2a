"""DuckDB in a process of its own: among many packages it ends with pages about what Python still holds."""

import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

# By way of Arrow: DuckDB's own dates need a package more.
CODE = """
import pickle, sys
import duckdb
*before, query = sys.argv[1:]
with duckdb.connect() as connection:
    for statement in before:
        connection.execute(statement)
    rows = connection.sql(query).to_arrow_table().to_pylist()
pickle.dump([tuple(row.values()) for row in rows], sys.stdout.buffer)
"""


def ask_duckdb(folder: Path, *statements: str) -> list[tuple[Any, ...]]:
    """Run statements in a folder, and return the rows of the last."""
    done = subprocess.run(
        [sys.executable, "-c", CODE, *statements], cwd=folder, stdout=subprocess.PIPE, check=True, timeout=60
    )
    rows: list[tuple[Any, ...]] = pickle.loads(done.stdout)
    return rows
