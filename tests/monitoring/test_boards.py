"""The board, the alert rules and what they ask for: counts that a running service gives."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from service.store import Store
from tests.api.running import ROOT, running_service
from tests.monitoring.scraping import find, wait_for

DEPLOY = ROOT / "deploy"
RULES = DEPLOY / "prometheus" / "alerts.yml"
BOARD = DEPLOY / "grafana" / "dashboard.json"
METRIC = re.compile(r"\bquotes_\w+")
MATCHER = re.compile(r'(\w+)="([^"$]*)"')
DURATION = re.compile(r"\d+[smhd]")
# What Prometheus adds to what it reads.
ADDED_METRICS = {"up"}
ADDED_LABELS = {"instance", "job"}


def read_alerts() -> list[dict[str, Any]]:
    groups = yaml.safe_load(RULES.read_text("utf8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def read_board_queries() -> list[str]:
    panels = json.loads(BOARD.read_text("utf8"))["panels"]
    return [target["expr"] for panel in panels for target in panel["targets"]]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> set[tuple[str, str, str]]:
    """What a service with some traffic gives: (metric, label, value), and (metric, "", "") for each."""
    url = f"sqlite:///{tmp_path_factory.mktemp('boards')}/quotes.db"
    Store(url).upgrade()
    with running_service(url, WORKERS="1") as service:
        service.post("/v1/articles", {"id": "a", "text": "“We go,” said Jane Doe. “Now!”"})
        for path in ("/v1/quotes", "/v1/stats", "/nowhere"):
            service.get(path)
        Path(url.removeprefix("sqlite:///")).unlink()
        service.get("/readyz").problem(503)
        samples = wait_for(service, lambda seen: find(seen, "quotes_request_seconds_count", status="5xx") > 0)
    return {(name, *pair) for name, labels in samples for pair in (*labels, ("", ""))}


def test_every_query_asks_for_what_there_is(served: set[tuple[str, str, str]]) -> None:
    queries = [*read_board_queries(), *(rule["expr"] for rule in read_alerts())]
    metrics = {name for name, _, _ in served}
    asked = {name for query in queries for name in METRIC.findall(query)}
    assert asked <= metrics
    # And for all of it, so that nothing is counted that nobody sees.
    families = {re.sub(r"_(bucket|sum|count)$", "", name) for name in metrics}
    assert families == {re.sub(r"_(bucket|sum|count)$", "", name) for name in asked}
    labels = {(label, value) for _, label, value in served}
    for query in queries:
        for label, value in MATCHER.findall(query):
            assert label in ADDED_LABELS or (label, value) in labels, query


def test_every_label_of_a_query_is_one_of_its_metric(served: set[tuple[str, str, str]]) -> None:
    known = {label for _, label, _ in served} | ADDED_LABELS
    for query in (*read_board_queries(), *(rule["expr"] for rule in read_alerts())):
        grouped = re.findall(r"\bby \(([^)]*)\)", query)
        assert {label.strip() for group in grouped for label in group.split(",")} <= known, query
        assert query.count("(") == query.count(")"), query
        assert query.count("{") == query.count("}"), query


def test_alerts_have_the_form_that_prometheus_reads() -> None:
    alerts = read_alerts()
    assert len({alert["alert"] for alert in alerts}) == len(alerts) > 5
    for alert in alerts:
        assert set(alert) <= {"alert", "expr", "for", "labels", "annotations"}
        assert re.fullmatch(r"Quotes[A-Z][A-Za-z]+", alert["alert"])
        assert DURATION.fullmatch(alert.get("for", "0s"))
        assert alert["labels"]["severity"] in ("page", "ticket")
        assert alert["annotations"]["summary"].endswith(".")
        assert set(METRIC.findall(alert["expr"])) or ADDED_METRICS & set(alert["expr"].split("{"))


def test_the_sample_of_a_scrape_reads_the_address_and_the_rules() -> None:
    config = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yml").read_text("utf8"))
    (job,) = config["scrape_configs"]
    assert job["metrics_path"] == "/metrics"
    assert f'job="{job["job_name"]}"' in RULES.read_text("utf8")
    assert config["rule_files"] == [RULES.name]


def test_promtool_takes_them() -> None:
    if shutil.which("promtool") is None:
        pytest.skip("promtool is not installed: Prometheus itself has not read the alert rules")
    for what, name in (("rules", "alerts.yml"), ("config", "prometheus.yml")):
        subprocess.run(["promtool", "check", what, str(RULES.with_name(name))], check=True)


def test_the_board_is_one_that_grafana_reads() -> None:
    board = json.loads(BOARD.read_text("utf8"))
    panels = board["panels"]
    assert board["title"]
    assert board["schemaVersion"] >= 39
    assert len({panel["id"] for panel in panels}) == len(panels)
    cells = [
        (panel["gridPos"]["x"] + column, panel["gridPos"]["y"] + row)
        for panel in panels
        for column in range(panel["gridPos"]["w"])
        for row in range(panel["gridPos"]["h"])
    ]
    assert len(set(cells)) == len(cells)
    assert max(x for x, _ in cells) < 24
    variables = {variable["name"] for variable in board["templating"]["list"]}
    for query in read_board_queries():
        used = set(re.findall(r"\$(\w+)", query)) - {"__rate_interval"}
        assert used <= variables
