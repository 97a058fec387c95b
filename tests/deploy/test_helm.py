"""The Helm chart: rendered by Helm itself, as a library, and held against Kubernetes' schemas. No
cluster is needed, and none has run it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant.settings import Settings

helm = pytest.importorskip("helm_python", reason="helm-python-sdk has no wheel for this machine")
kubernetes_validate = pytest.importorskip("kubernetes_validate")

ROOT = Path(__file__).parents[2]
CHART = ROOT / "deploy" / "helm" / "trilogue"
VALUES: dict[str, Any] = yaml.safe_load((CHART / "values.yaml").read_text("utf-8"))
HUB: dict[str, Any] = yaml.safe_load((CHART / "values-hub.yaml").read_text("utf-8"))
#: The oldest Kubernetes that Chart.yaml allows, and a late one.
VERSIONS = ("1.27", "1.37")


def rendered(values: dict[str, Any]) -> list[dict[str, Any]]:
    """The resources of a release with these values on top of the chart's."""
    with helm.Chart.load(str(CHART)) as chart:
        files = chart.render(values=values, name="policies")
    return [one for text in files.values() for one in yaml.safe_load_all(text) if one]


@pytest.fixture(params=[{}, HUB], ids=["one node", "hub"])
def resources(request: pytest.FixtureRequest) -> list[dict[str, Any]]:
    return rendered(request.param)


def pods(resources: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The templates of all pods."""
    for one in resources:
        if one["kind"] in ("Deployment", "StatefulSet"):
            yield one["spec"]["template"]


def containers(resources: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for pod in pods(resources):
        yield from pod["spec"].get("initContainers", [])
        yield from pod["spec"]["containers"]


def named(resources: list[dict[str, Any]], kind: str) -> dict[str, dict[str, Any]]:
    return {one["metadata"]["name"]: one for one in resources if one["kind"] == kind}


@pytest.mark.parametrize("values", [{}, HUB], ids=["one node", "hub"])
def test_helm_has_nothing_to_say_against_the_chart(values: dict[str, Any]) -> None:
    found = helm.lint(str(CHART), values=values, strict=True)
    assert found["errors"] == []
    assert [one["error"] for one in found["messages"]] == ["icon is recommended"]


@pytest.mark.parametrize("version", VERSIONS)
def test_kubernetes_takes_every_resource(resources: list[dict[str, Any]], version: str) -> None:
    known = [one for one in resources if "monitoring.coreos.com" not in one["apiVersion"]]
    assert len(known) >= 10
    for one in known:
        kubernetes_validate.validate(one, version, strict=True)


def test_one_node_has_all_and_a_hub_what_it_does_not_bring_along() -> None:
    kinds = [one["kind"] for one in rendered({})]
    assert (kinds.count("StatefulSet"), kinds.count("HorizontalPodAutoscaler")) == (2, 0)
    hub = rendered(HUB)
    kinds = [one["kind"] for one in hub]
    assert "StatefulSet" not in kinds
    assert {"PodDisruptionBudget", "HorizontalPodAutoscaler", "Ingress", "ServiceMonitor"} <= set(
        kinds
    )
    api = named(hub, "Deployment")["policies-api"]
    assert "replicas" not in api["spec"], "their number is the autoscaler's"
    more = named(rendered({"api": {"replicas": 2}}), "PodDisruptionBudget")
    assert more["policies-api"]["spec"]["maxUnavailable"] == 1


def test_a_pod_serves_without_its_generator_and_until_nobody_sends_it_more() -> None:
    pod = named(rendered({}), "Deployment")["policies-api"]["spec"]["template"]["spec"]
    (api,) = pod["containers"]
    assert api["readinessProbe"]["httpGet"]["path"] == "/readyz?generator=false"
    (command, pause) = api["lifecycle"]["preStop"]["exec"]["command"]
    assert command == "sleep"
    assert int(pause) + 30 + 15 <= pod["terminationGracePeriodSeconds"]


def test_monitoring_is_labelled_as_the_operators_prometheus_selects() -> None:
    labels = {"release": "kube-prometheus-stack"}
    found = rendered({"monitoring": {"enabled": True, "labels": labels}})
    watched = [one for one in found if one["kind"] in ("ServiceMonitor", "PrometheusRule")]
    assert len(watched) == 2
    for one in watched:
        assert labels.items() <= one["metadata"]["labels"].items()


def test_no_container_may_more_than_it_needs(resources: list[dict[str, Any]]) -> None:
    for pod in pods(resources):
        spec = pod["spec"]
        assert spec["securityContext"]["runAsNonRoot"]
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert spec["automountServiceAccountToken"] is False
        for one in spec["containers"]:
            assert one["resources"]["requests"]
            assert {"startupProbe", "readinessProbe", "livenessProbe"} <= one.keys()
    for one in containers(resources):
        assert one["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert "/tmp" in {mount["mountPath"] for mount in one["volumeMounts"]}  # noqa: S108
        assert "latest" not in one["image"]


def test_every_variable_is_a_setting_and_every_secret_is_explained(
    resources: list[dict[str, Any]],
) -> None:
    settings = {f"TRILOGUE_{name.upper()}" for name in Settings.model_fields}
    variables = [one for container in containers(resources) for one in container.get("env", [])]
    names = {one["name"] for one in variables if one["name"].startswith("TRILOGUE_")}
    assert names <= settings | {"TRILOGUE_UI_KEY", "TRILOGUE_ADMIN_KEY"}
    explained = (CHART / "values.yaml").read_text("utf-8")
    keys = {one["valueFrom"]["secretKeyRef"]["key"] for one in variables if "valueFrom" in one}
    assert keys >= {"ui-key", "admin-key"}
    for key in keys:
        assert re.search(rf"^#.*\b{key}\b", explained, re.MULTILINE), key
    for one in variables:
        if re.search("PASSWORD|_KEY$", one["name"]):
            assert "value" not in one, f"{one['name']} is a secret"


def test_services_policies_and_budgets_choose_pods_that_there_are(
    resources: list[dict[str, Any]],
) -> None:
    labels = [pod["metadata"]["labels"] for pod in pods(resources)]

    def chosen(selector: dict[str, str]) -> int:
        return sum(selector.items() <= one.items() for one in labels)

    for service in named(resources, "Service").values():
        assert chosen(service["spec"]["selector"]) == 1
    for kind in ("Deployment", "StatefulSet", "PodDisruptionBudget"):
        for one in named(resources, kind).values():
            assert chosen(one["spec"]["selector"]["matchLabels"]) == 1
    policies = named(resources, "NetworkPolicy")
    for service in named(resources, "Service"):
        assert chosen(policies[service]["spec"]["podSelector"]["matchLabels"]) == 1
    for part in {"policies-qdrant", "policies-postgresql"} & policies.keys():
        (rule,) = policies[part]["spec"]["ingress"]
        assert len(rule["from"]) == 1, "the API alone"


def test_addresses_are_those_of_services(resources: list[dict[str, Any]]) -> None:
    ports = {
        name: service["spec"]["ports"][0]["port"]
        for name, service in named(resources, "Service").items()
    }
    text = yaml.safe_dump(resources)
    found = set(re.findall(r"(?://|@)(policies-\w+):(\d+)", text))
    assert found
    assert found <= {(name, str(port)) for name, port in ports.items()}


def test_the_hubs_values_are_values_of_the_chart() -> None:
    def paths(values: dict[str, Any], above: str = "") -> Iterator[str]:
        for name, value in values.items():
            yield f"{above}{name}"
            if isinstance(value, dict) and name not in ("settings", "annotations"):
                yield from paths(value, f"{above}{name}.")

    assert set(paths(HUB)) <= set(paths(VALUES))


def test_a_generators_server_without_its_model_is_refused() -> None:
    with pytest.raises(helm.HelmError, match=r"generator\.model"):
        rendered({"generator": {"url": "http://vllm:8000/v1"}})


def test_the_chart_has_the_alerts_and_the_images_of_the_compose_file() -> None:
    (rule,) = named(rendered(HUB), "PrometheusRule").values()
    assert rule["spec"] == yaml.safe_load((ROOT / "deploy" / "alerts.yml").read_text("utf-8"))
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))["services"]
    assert VALUES["qdrant"]["image"] == compose["qdrant"]["image"]
    assert VALUES["postgresql"]["image"] == compose["postgres"]["image"]
