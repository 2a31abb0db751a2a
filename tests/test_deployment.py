"""What runs the service for others, and the document that tells of it, speak of what there is."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import yaml

from service.app import create_app
from service.config import Config
from service.server import gunicorn_conf
from tests.documents import CONSOLE, ROOT, read_examples

DOCUMENT = (ROOT / "docs" / "deployment.md").read_text("utf8")
COMMANDS = [example.command for block in CONSOLE.findall(DOCUMENT) for example in read_examples(block)]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
PROXY = (ROOT / "deploy" / "proxy" / "haproxy.cfg").read_text("utf8")


def test_what_is_to_be_made_can_be_made() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf8"), re.MULTILINE))
    named = set(re.findall(r"\bmake ([a-z-]+)", DOCUMENT))
    assert {"image", "image-test", "sbom", "audit"} <= named <= targets


def test_files_that_are_named_are_there() -> None:
    named = re.findall(r"`((?:deploy|tests|docs)/[\w./-]+|[\w.-]+\.(?:yaml|yml|example))`", DOCUMENT)
    assert len(named) > 5
    folders = (ROOT, ROOT / "deploy" / "k8s")
    assert [name for name in named if not any((folder / name).exists() for folder in folders)] == []


def test_profiles_and_services_that_are_named_are_there() -> None:
    profiles = {profile for service in SERVICES.values() for profile in service.get("profiles", ())}
    assert set(re.findall(r"--profile (\w+)", DOCUMENT)) == profiles
    assert set(re.findall(r"--scale ([\w-]+)=", DOCUMENT)) <= set(SERVICES)


def test_the_commands_that_set_a_password_set_one(tmp_path: Path) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    commands = [command for command in COMMANDS if ".env" in command]
    assert len(commands) == 2
    shutil.copy(ROOT / ".env.example", tmp_path)
    subprocess.run(["bash", "-ec", "\n".join(commands)], cwd=tmp_path, check=True)
    assert re.search(r"^POSTGRES_PASSWORD=[0-9a-f]{48}$", (tmp_path / ".env").read_text("utf8"), re.MULTILINE)


def test_no_password_is_given_for_any_to_know() -> None:
    assert "POSTGRES_PASSWORD=\n" in (ROOT / ".env.example").read_text("utf8")
    assert SERVICES["postgres"]["environment"]["POSTGRES_PASSWORD"] == "${POSTGRES_PASSWORD:-}"
    assert ":${POSTGRES_PASSWORD:-}@" in SERVICES["quotes-postgres"]["environment"]["DATABASE_URL"]


def test_counts_are_kept_from_the_world_however_their_address_is_written() -> None:
    (refused,) = re.findall(r"return status 404 if { path,url_dec -m reg (\S+) }", PROXY)
    # The service answers all of these with the counts.
    for path in ("/metrics", "//metrics", "/%6detrics", "///%6D%65trics"):
        assert re.search(refused, unquote(path))
    assert not any(re.search(refused, path) for path in ("/v1/metrics", "/metricsx", "/v1/quotes"))


def test_ports_are_open_to_this_machine_alone() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", ())]
    assert len(ports) == 2
    assert all(port.startswith("127.0.0.1:") for port in ports)
    assert "ports" not in SERVICES["postgres"]
    assert SERVICES["postgres"]["networks"] == ["store"]
    assert COMPOSE["networks"]["store"] == {"internal": True}


@pytest.mark.parametrize("name", ["quotes", "quotes-postgres", "proxy"])
def test_a_container_has_no_more_rights_than_it_needs(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


def test_a_container_has_the_time_to_end_what_it_has_in_hand() -> None:
    for name in ("quotes", "quotes-postgres"):
        grace = int(SERVICES[name]["stop_grace_period"].removesuffix("s"))
        assert grace > Config().graceful_timeout_seconds


def test_the_proxy_asks_the_readiness_and_is_more_patient_than_the_service() -> None:
    address = re.findall(r"option httpchk GET (\S+)", PROXY)
    assert address == ["/readyz"]
    app = create_app(Config(database_url="sqlite:////nowhere/quotes.db"))
    assert app.test_client().get(address[0]).status_code == 503
    patience = {name: int(seconds) for name, seconds in re.findall(r"timeout (client|server) (\d+)s", PROXY)}
    assert patience["client"] > Config().client_timeout_seconds
    assert patience["server"] > gunicorn_conf.timeout
