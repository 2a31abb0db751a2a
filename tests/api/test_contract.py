"""Whatever the OpenAPI document allows or forbids, the answer is one that it describes, and never a 5xx."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.api.running import ROOT, Service

SEED = "1"
# More of them: CONTRACT_EXAMPLES=100 make test ARGS=tests/api/test_contract.py
EXAMPLES_OF_EACH = "10"
RUN_SECONDS = 300
LEFT_OUT = (
    # Stands in tests/api/contract.py, which leaves out cursors and ids of what is not stored.
    "positive_data_acceptance",
    # Stands there, too: bulk answers a bad line with a line.
    "negative_data_rejection",
    # Stands there, too: a correction that was taken back may be made again.
    "use_after_free",
    # OPTIONS of /v1/articles/bulk rightly lists the methods of an article with the id "bulk".
    "allow_header_conformance",
)


def test_service_keeps_to_its_document(
    service: Service, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    examples = os.environ.get("CONTRACT_EXAMPLES", EXAMPLES_OF_EACH)
    # Other phases try the document itself, which is the same on every database.
    phases = "fuzzing" if "postgresql" in request.node.name else "examples,coverage,fuzzing,stateful"
    run = subprocess.run(
        [
            Path(sys.executable).with_name("schemathesis"),
            "--no-color",
            "run",
            f"http://127.0.0.1:{service.port}/openapi.json",
            *("--checks", "all", "--exclude-checks", ",".join(LEFT_OUT)),
            *("--seed", SEED, "--max-examples", examples, "--generation-database", "none"),
            *("--phases", phases),
            *("--warnings", "off"),
        ],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "SCHEMATHESIS_HOOKS": "tests.api.contract"},
        capture_output=True,
        text=True,
        timeout=RUN_SECONDS,
        check=False,
    )
    assert run.returncode == 0, run.stdout[:6_000] + run.stdout[-6_000:] + run.stderr
