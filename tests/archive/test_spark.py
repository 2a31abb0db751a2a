"""The recipe for Spark in docs/scale.md, run as it stands there."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet
import pytest

from service.files.extracted_columns import SCHEMA
from tests.archive.running import list_shards, run, write_articles

RECIPE = re.compile(r"```python\n(from pyspark.*?)```", re.DOTALL)
LOCAL = """
from pyspark.sql import SparkSession
SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").config(
    "spark.driver.bindAddress", "127.0.0.1"
).config("spark.driver.host", "127.0.0.1").getOrCreate()
"""


@pytest.mark.skipif(shutil.which("java") is None, reason="Java is not installed: SPARK WAS NOT TRIED")
def test_spark_writes_the_rows_that_one_machine_does(tmp_path: Path) -> None:
    pytest.importorskip("pyspark", reason="pyspark is not installed: SPARK WAS NOT TRIED")
    archive, here, there = tmp_path / "archive", tmp_path / "here", tmp_path / "there"
    write_articles(archive / "a.ndjson", 300)
    run("extract", archive, "--output", here, "--format", "parquet", "--kinds", "any")
    found = RECIPE.search((Path(__file__).parents[2] / "docs" / "scale.md").read_text("utf8"))
    assert found is not None
    recipe = (
        found[1].replace("s3a://archive/articles", str(archive)).replace("s3a://archive/quotes", str(there))
    )
    assert "s3a" not in recipe
    subprocess.run(
        [sys.executable, "-c", LOCAL + recipe],
        check=True,
        capture_output=True,
        timeout=300,
        env={**os.environ, "PYSPARK_PYTHON": sys.executable},
    )
    assert read_rows(list(there.glob("*.parquet"))) == read_rows(list_shards(here))


def read_rows(paths: list[Path]) -> list[object]:
    """All rows in order, without where those stood that could not be read."""
    table = pyarrow.parquet.read_table([str(path) for path in paths])
    assert table.schema.names == SCHEMA.names
    assert table.schema.field("published_at").type == SCHEMA.field("published_at").type
    rows = sorted(table.to_pylist(), key=lambda row: row["id"])
    for row in rows:
        if row["error"]:
            row["error"] = row["error"]["message"]
    return rows
