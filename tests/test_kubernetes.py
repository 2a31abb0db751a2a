"""The manifests of deploy/k8s follow the schemas of Kubernetes, and speak of what the service has."""

from dataclasses import fields
from pathlib import Path
from typing import Any

import kubernetes_validate  # type: ignore[import-untyped]
import pytest
import yaml
from click.testing import CliRunner

from service.app import create_app
from service.cli import cli
from service.config import Config, WrongSetting

FOLDER = Path(__file__).parent.parent / "deploy" / "k8s"
KUBERNETES = "1.30"  # the oldest that knows each field in use
SETTINGS = {field.name.upper() for field in fields(Config)}
FILES = sorted(path.name for path in FOLDER.glob("*.yaml"))
MANIFESTS = [name for name in FILES if name != "kustomization.yaml"]


def read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((FOLDER / name).read_text("utf8"))
    return content


DEPLOYMENT = read("deployment.yaml")["spec"]
POD = DEPLOYMENT["template"]["spec"]
SERVING = POD["containers"][0]
CONTAINERS = [*POD["initContainers"], *POD["containers"]]


@pytest.mark.parametrize("name", MANIFESTS)
@pytest.mark.parametrize("version", [KUBERNETES, kubernetes_validate.latest_version()])
def test_a_manifest_follows_the_schema(name: str, version: str) -> None:
    kubernetes_validate.validate(read(name), version, strict=True)


def test_the_schema_refuses_what_does_not_exist() -> None:
    wrong = read("service.yaml")
    wrong["spec"]["ports"][0]["targetport"] = "http"
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, KUBERNETES, strict=True)


def test_all_but_the_examples_are_applied() -> None:
    assert sorted(read("kustomization.yaml")["resources"]) == [
        name for name in MANIFESTS if ".example." not in name
    ]


@pytest.mark.parametrize("name", [name for name in MANIFESTS if name != "namespace.yaml"])
def test_all_is_in_the_one_namespace(name: str) -> None:
    assert read(name)["metadata"]["namespace"] == read("namespace.yaml")["metadata"]["name"]


@pytest.mark.parametrize("probe", ["startupProbe", "livenessProbe", "readinessProbe"])
def test_each_probe_asks_what_the_service_answers(probe: str) -> None:
    asked = SERVING[probe]["httpGet"]
    app = create_app(Config(database_url="sqlite:////nowhere/quotes.db"))
    assert app.test_client().get(asked["path"]).status_code != 404
    assert (asked["path"] == "/readyz") == (probe == "readinessProbe")
    assert asked["port"] in {port["name"] for port in SERVING["ports"]}


@pytest.mark.parametrize("container", CONTAINERS, ids=lambda each: each["name"])
def test_each_container_runs_a_command_of_the_image(container: dict[str, Any]) -> None:
    program, *arguments = container["command"]
    assert program == "quotes"
    # With --help a command only reads its arguments; one that it does not know ends it with a status.
    assert CliRunner().invoke(cli, [*arguments, "--help"]).exit_code == 0
    assert container["image"] == "quote-attribution-service:" + read_tag()


def read_tag() -> str:
    image = read("kustomization.yaml")["images"][0]
    assert image["name"] == "quote-attribution-service"
    return str(image["newTag"])


def test_the_port_is_the_one_that_is_bound() -> None:
    bound = SERVING["command"][SERVING["command"].index("--bind") + 1]
    assert bound == f"0.0.0.0:{SERVING['ports'][0]['containerPort']}"
    service = read("service.yaml")["spec"]["ports"][0]
    assert service["targetPort"] == SERVING["ports"][0]["name"]
    allowed = read("networkpolicy.yaml")["spec"]["ingress"][0]["ports"][0]
    assert allowed["port"] == SERVING["ports"][0]["name"]


def test_every_setting_is_one_of_the_service_and_can_be_read() -> None:
    given = {**read("configmap.yaml")["data"], **read("secret.example.yaml")["stringData"]}
    assert set(given) <= SETTINGS
    assert set(read("secret.example.yaml")["stringData"]) & set(read("configmap.yaml")["data"]) == set()
    del given["QUOTES_API_KEYS"]
    Config.from_environment(given)
    sources = [{"configMapRef": {"name": "quotes"}}, {"secretRef": {"name": "quotes"}}]
    assert all(container["envFrom"] == sources for container in CONTAINERS)


def test_the_example_has_no_key_that_would_open_the_service_of_who_forgets_to_change_it() -> None:
    with pytest.raises(WrongSetting, match="QUOTES_API_KEYS"):
        Config.from_environment(read("secret.example.yaml")["stringData"])


@pytest.mark.parametrize("container", CONTAINERS, ids=lambda each: each["name"])
def test_no_container_has_more_rights_than_it_needs(container: dict[str, Any]) -> None:
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert POD["securityContext"]["runAsNonRoot"] is True
    assert POD["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert POD["automountServiceAccountToken"] is False


@pytest.mark.parametrize("container", CONTAINERS, ids=lambda each: each["name"])
def test_each_container_says_what_it_needs_and_may_use(container: dict[str, Any]) -> None:
    for kind in ("requests", "limits"):
        assert set(container["resources"][kind]) == {"cpu", "memory"}


def test_the_pod_runs_as_the_user_of_the_image() -> None:
    dockerfile = (FOLDER.parent.parent / "Dockerfile").read_text("utf8")
    user = f"{POD['securityContext']['runAsUser']}:{POD['securityContext']['runAsGroup']}"
    assert f"\nUSER {user}\n" in dockerfile


def test_a_pod_has_the_time_to_end_what_it_has_in_hand() -> None:
    given = Config.from_environment(read("configmap.yaml")["data"])
    pause = SERVING["lifecycle"]["preStop"]["sleep"]["seconds"]
    assert POD["terminationGracePeriodSeconds"] > pause + given.graceful_timeout_seconds


def test_everything_selects_the_pods_of_the_deployment() -> None:
    labels = DEPLOYMENT["template"]["metadata"]["labels"]
    assert DEPLOYMENT["selector"]["matchLabels"] == labels
    assert read("service.yaml")["spec"]["selector"] == labels
    assert read("poddisruptionbudget.yaml")["spec"]["selector"]["matchLabels"] == labels
    assert read("networkpolicy.yaml")["spec"]["podSelector"]["matchLabels"] == labels
    assert read("poddisruptionbudget.yaml")["spec"]["minAvailable"] < DEPLOYMENT["replicas"]


@pytest.mark.parametrize(
    ("name", "path"), [("ingress.example.yaml", "/"), ("ingress-metrics.example.yaml", "/metrics")]
)
def test_the_ingress_leads_to_the_service(name: str, path: str) -> None:
    [rule] = read(name)["spec"]["rules"]
    [way] = rule["http"]["paths"]
    assert way["path"] == path
    backend = way["backend"]["service"]
    service = read("service.yaml")
    assert backend["name"] == service["metadata"]["name"]
    assert backend["port"]["name"] == service["spec"]["ports"][0]["name"]


def test_metrics_and_prefixes_are_kept_from_the_world() -> None:
    metrics, all_else = read("ingress-metrics.example.yaml"), read("ingress.example.yaml")
    assert metrics["spec"]["rules"][0]["host"] == all_else["spec"]["rules"][0]["host"]
    assert metrics["spec"]["rules"][0]["http"]["paths"][0]["pathType"] == "Exact"
    allowed = metrics["metadata"]["annotations"]["nginx.ingress.kubernetes.io/whitelist-source-range"]
    assert allowed == "127.0.0.1/32"
    assert read("proxy-headers.example.yaml")["data"] == {"X-Forwarded-Prefix": ""}
