"""What the compose file and the dashboard name is there. No container engine is needed."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from assistant.api.middleware.admission import BoundedQueue
from assistant.api.middleware.metrics import Metrics
from assistant.ingestion.queue import IngestionCounts
from assistant.settings import Settings
from assistant.storage.registry import CollectionSize

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]


def test_the_profiles_have_the_services_that_they_promise() -> None:
    by_profile: dict[str, set[str]] = {}
    for name, service in SERVICES.items():
        for profile in service.get("profiles", ["default"]):
            by_profile.setdefault(profile, set()).add(name)
    assert by_profile == {
        "default": {"qdrant", "postgres", "models", "keys", "api", "ingest", "ui"},
        "gpu": {"vllm"},
        "monitoring": {"prometheus", "grafana"},
    }


def test_every_setting_in_the_compose_file_is_one(subtests: pytest.Subtests) -> None:
    known = {f"TRILOGUE_{name.upper()}" for name in Settings.model_fields}
    secrets = {"TRILOGUE_UI_KEY", "TRILOGUE_ADMIN_KEY"}
    for name, service in SERVICES.items():
        with subtests.test(name):
            given = {k for k in service.get("environment", {}) if k.startswith("TRILOGUE_")}
            assert given <= known | secrets


def test_files_and_volumes_that_are_mounted_exist() -> None:
    for service in SERVICES.values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if source.startswith("./"):
                assert (ROOT / source).exists(), source
            else:
                assert source in COMPOSE["volumes"], source


def test_nothing_is_published_beyond_the_machine_and_no_secret_is_written_down() -> None:
    for service in SERVICES.values():
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))
    text = (ROOT / "docker-compose.yml").read_text("utf-8")
    for name in re.findall(r"([A-Z_]*(?:PASSWORD|KEY)): (.*)", text):
        assert name[1].startswith("${"), name


def test_what_stays_up_has_a_health_check() -> None:
    for name, service in SERVICES.items():
        if service.get("restart") == "unless-stopped":
            assert service["healthcheck"].get("test"), name


@pytest.fixture
def known() -> set[str]:
    """The names of all series of the service."""
    sizes = [CollectionSize("students", 3, 40)]
    queues = {"chats": BoundedQueue("chats", 1)}
    metrics = Metrics(queues, (), IngestionCounts(), lambda: sizes)
    return {
        name
        for family in text_string_to_metric_families(metrics.exposition().decode())
        for name in (family.name, f"{family.name}_total", f"{family.name}_bucket")
    }


def test_the_dashboard_asks_for_metrics_that_there_are(known: set[str]) -> None:
    dashboard = (ROOT / "deploy/grafana/dashboards/trilogue.json").read_text("utf-8")
    asked = set(re.findall(r"trilogue_\w+", json.dumps(json.loads(dashboard)["panels"])))
    assert len(asked) >= 9
    assert asked <= known


def test_panels_by_collection_follow_the_variable() -> None:
    dashboard = json.loads((ROOT / "deploy/grafana/dashboards/trilogue.json").read_text("utf-8"))
    (variable,) = dashboard["templating"]["list"]
    assert variable["name"] == "collection"
    assert variable["query"]["query"] == "label_values(trilogue_passages, collection)"
    asked = [t["expr"] for panel in dashboard["panels"] for t in panel["targets"]]
    by_collection = [expr for expr in asked if "by (collection)" in expr]
    assert len(by_collection) == 4
    for expr in by_collection:
        assert expr.count('collection=~"$collection"') == expr.count("trilogue_")


ALERTS = ROOT / "deploy" / "alerts.yml"
RULES: list[dict[str, Any]] = yaml.safe_load(ALERTS.read_text("utf-8"))["groups"][0]["rules"]


def test_alerts_ask_for_metrics_that_there_are_and_say_what_to_do(known: set[str]) -> None:
    asked = {name for rule in RULES for name in re.findall(r"trilogue_\w+", rule["expr"])}
    assert len(asked) >= 6
    assert asked <= known
    operations = (ROOT / "docs" / "operations.md").read_text("utf-8")
    for rule in RULES:
        assert f"| `{rule['alert']}` |" in operations, rule["alert"]
    mounted = SERVICES["prometheus"]["volumes"]
    assert f"./{ALERTS.relative_to(ROOT)}:/etc/prometheus/alerts.yml:ro" in mounted


def test_alerts_are_set_off_by_what_they_name_and_by_nothing_else() -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is not installed (Debian: apt-get install prometheus)")
    tests = Path(__file__).with_name("alerts.test.yml")
    tested = {
        alert["alertname"]
        for test in yaml.safe_load(tests.read_text("utf-8"))["tests"]
        for alert in test["alert_rule_test"]
        if alert.get("exp_alerts")
    }
    assert tested == {rule["alert"] for rule in RULES}
    done = subprocess.run(
        [promtool, "test", "rules", tests], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr
