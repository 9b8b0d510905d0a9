"""The files of deploy/ against each other and against the code: ports, settings, paths, users.

No container engine is needed: what can be said by reading is said here, and the grown set-up itself
runs in tests/production.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from starlette.routing import Mount, Route

from signpost import settings
from signpost.door.app import build
from signpost.settings import ROOT, SECRETS, Settings
from tests.servers import program

DEPLOY = ROOT / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yml").read_text(encoding="utf-8"))
OURS = ("door-0", "door-1", "rasa-0", "rasa-1", "actions-0", "actions-1", "publish")
MANIFESTS = [
    manifest
    for file in sorted((DEPLOY / "kubernetes").glob("*.yaml"))
    for manifest in yaml.safe_load_all(file.read_text(encoding="utf-8"))
]
WORKLOADS = [each for each in MANIFESTS if each["kind"] == "Deployment"]
PORTS = {"door": Settings().door_port, "rasa": Settings().rasa_port,
         "actions": Settings().actions_port}  # fmt: skip


def names(things: list[dict[str, Any]]) -> list[str]:
    return [each["metadata"]["name"] for each in things]


def of_kind(kind: str) -> list[dict[str, Any]]:
    return [each for each in MANIFESTS if each["kind"] == kind]


def variables() -> Iterator[tuple[str, str]]:
    """Every SIGNPOST_ variable of the files, with where it stands."""
    for file in (*DEPLOY.rglob("*.y*ml"), *DEPLOY.glob("Dockerfile.*")):
        for name in re.findall(r"\bSIGNPOST_[A-Z_]+", file.read_text(encoding="utf-8")):
            yield file.name, name


def test_every_setting_that_is_named_exists() -> None:
    known = {field.upper() for field in Settings.__struct_fields__}
    known |= {f"{secret.upper()}_FILE" for secret in SECRETS}
    found = set(variables())
    assert len(found) > 20
    assert {each for each in found if each[1].removeprefix("SIGNPOST_") not in known} == set()


class TestCompose:
    @pytest.mark.parametrize("name", COMPOSE["services"])
    def test_each_part_is_closed_and_limited(self, name: str) -> None:
        part = COMPOSE["services"][name]
        assert part["read_only"] is True
        assert part["cap_drop"] == ["ALL"]
        assert "no-new-privileges:true" in part["security_opt"]
        assert str(part["user"]).split(":")[0] not in ("0", "root")
        assert part["mem_limit"]
        assert part["cpus"]
        assert "healthcheck" in part or name in ("nginx", "rasa-balancer", "publish")

    def test_only_the_web_server_is_reached_from_outside(self) -> None:
        assert [name for name, each in COMPOSE["services"].items() if "ports" in each] == ["nginx"]
        assert COMPOSE["services"]["nginx"]["networks"] == ["front"]
        assert COMPOSE["networks"]["back"]["internal"] is True
        in_front = {
            n for n, each in COMPOSE["services"].items() if "front" in each.get("networks", ())
        }
        assert in_front == {"nginx", "door-0", "door-1"}

    def test_secrets_come_by_file_alone(self) -> None:
        for name in OURS:
            part = COMPOSE["services"][name]
            for variable, value in part.get("environment", {}).items():
                if variable.removeprefix("SIGNPOST_").lower() in SECRETS:
                    pytest.fail(f"{name} has {variable} in the open")
                if variable.endswith("_FILE"):
                    assert Path(value).name in part["secrets"], (name, variable)
                    assert Path(value).name in COMPOSE["secrets"]

    def test_the_settings_of_each_part_start_it(self, tmp_path: Path) -> None:
        for name in OURS:
            load(dict(COMPOSE["services"][name]["environment"]), tmp_path)

    def test_two_doors_and_two_rasas_share_what_they_must(self) -> None:
        doors = [COMPOSE["services"][f"door-{n}"]["environment"] for n in (0, 1)]
        assert doors[0] == doors[1]
        rasas = [COMPOSE["services"][f"rasa-{n}"]["environment"] for n in (0, 1)]
        assert rasas[0] == rasas[1]
        assert {v for v in doors[0] if v in rasas[0]} >= {
            "SIGNPOST_BUNDLES", "SIGNPOST_RASA_TOKEN_FILE", "SIGNPOST_REDIS_URL_FILE",
        }  # fmt: skip


def load(environment: dict[str, Any], folder: Path) -> Settings:
    """The settings as a part would read them, with a secret in each file."""
    examples = {
        "redis_url": "redis://:x@redis:6379/0",
        "tracker_database": "postgresql://signpost:x@postgres:5432/signpost",
    }
    told: dict[str, str] = {}
    for variable, value in environment.items():
        if variable.endswith("_FILE"):
            file = folder / Path(str(value)).name
            file.write_text(examples.get(file.name, "s" * 43), encoding="utf-8")
            value = str(file)
        told[variable] = re.sub(r"\$\{[A-Z_]+:-([^}]*)\}", r"\1", str(value))
    return settings.load(told)


class TestKubernetes:
    @pytest.mark.parametrize("workload", WORKLOADS, ids=names(WORKLOADS))
    def test_each_pod_is_closed_limited_and_asked_how_it_is(self, workload: dict[str, Any]) -> None:
        pod = workload["spec"]["template"]["spec"]
        assert pod["automountServiceAccountToken"] is False
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        for container in (*pod["containers"], *pod.get("initContainers", ())):
            closed = container["securityContext"]
            assert closed["readOnlyRootFilesystem"] is True
            assert closed["allowPrivilegeEscalation"] is False
            assert closed["capabilities"] == {"drop": ["ALL"]}
            assert set(container["resources"]["limits"]) == {"cpu", "memory"}
            assert set(container["resources"]["requests"]) == {"cpu", "memory"}
        for container in pod["containers"]:
            for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
                assert probe in container
        assert workload["spec"]["replicas"] >= 2
        assert workload["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] == 0

    @pytest.mark.parametrize("workload", WORKLOADS, ids=names(WORKLOADS))
    def test_each_may_lose_one_pod_and_no_more(self, workload: dict[str, Any]) -> None:
        name = workload["metadata"]["name"]
        (budget,) = [b for b in of_kind("PodDisruptionBudget") if b["metadata"]["name"] == name]
        assert budget["spec"]["maxUnavailable"] == 1
        assert (
            budget["spec"]["selector"]["matchLabels"]
            == (workload["spec"]["selector"]["matchLabels"])
        )

    def test_what_meets_the_crowd_grows_with_it(self) -> None:
        assert {"door", "rasa", "nginx"} <= set(names(of_kind("HorizontalPodAutoscaler")))

    def test_a_door_is_asked_whether_it_lives_and_never_loses_people_for_want_of_a_model(
        self,
    ) -> None:
        (door,) = [each for each in WORKLOADS if each["metadata"]["name"] == "door"]
        (container,) = door["spec"]["template"]["spec"]["containers"]
        for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
            assert container[probe]["httpGet"]["path"] == "/health/live"

    def test_the_ports_are_those_of_the_code(self) -> None:
        for workload in WORKLOADS:
            name = workload["metadata"]["name"]
            if name in PORTS:
                ports = workload["spec"]["template"]["spec"]["containers"][0]["ports"]
                assert ports[0]["containerPort"] == PORTS[name]
        for service in of_kind("Service"):
            name = service["metadata"]["name"]
            if name in PORTS:
                assert service["spec"]["ports"][0]["port"] == PORTS[name]

    def test_nothing_is_open_that_is_not_named(self) -> None:
        policies = {each["metadata"]["name"]: each["spec"] for each in of_kind("NetworkPolicy")}
        assert policies["nothing"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
        assert callers(policies["rasa"]) == {"door"}
        assert callers(policies["actions"]) == {"rasa"}
        public = {name for name, spec in policies.items() if any(
            "from" not in rule for rule in spec.get("ingress", ()))}  # fmt: skip
        assert public == {"nginx"}
        assert set(names(WORKLOADS)) <= set(policies)

    def test_the_settings_of_each_part_start_it(self, tmp_path: Path) -> None:
        (common,) = of_kind("ConfigMap")
        for workload in WORKLOADS:
            for container in workload["spec"]["template"]["spec"]["containers"]:
                told = {each["name"]: each["value"] for each in container.get("env", ())}
                load({**common["data"], **told}, tmp_path)

    def test_every_file_is_in_the_list(self) -> None:
        (listed,) = of_kind("Kustomization")
        files = {file.name for file in (DEPLOY / "kubernetes").glob("*.yaml")}
        assert set(listed["resources"]) == files - {"kustomization.yaml"}
        used = {
            container["image"].split(":")[0]
            for workload in WORKLOADS
            for container in (
                *workload["spec"]["template"]["spec"]["containers"],
                *workload["spec"]["template"]["spec"].get("initContainers", ()),
            )
        }
        assert {each["name"] for each in listed["images"]} == used - {"nginx"}


def callers(policy: dict[str, Any]) -> set[str]:
    return {
        peer["podSelector"]["matchLabels"]["app.kubernetes.io/component"]
        for rule in policy["ingress"]
        for peer in rule["from"]
    }


class TestImages:
    @pytest.mark.parametrize("name", ["door", "rasa"])
    def test_an_image_runs_as_nobody_and_copies_what_is_there(self, name: str) -> None:
        lines = (DEPLOY / f"Dockerfile.{name}").read_text(encoding="utf-8").splitlines()
        assert [line for line in lines if line.startswith("USER ")] == ["USER 10001:10001"]
        let_in = (ROOT / ".dockerignore").read_text(encoding="utf-8")
        for line in lines:
            if line.startswith("COPY ") and "--from" not in line:
                for source in line.split()[1:-1]:
                    assert f"!{source.removeprefix('./')}\n" in let_in, source
                    assert (ROOT / source).exists(), source

    def test_the_door_has_no_rasa_and_a_supported_python(self) -> None:
        lock = (ROOT / "requirements-door.lock").read_text(encoding="utf-8")
        packages = set(re.findall(r"^([a-z0-9-]+)==", lock, re.M))
        assert {"starlette", "uvicorn", "redis", "prometheus-client"} <= packages
        assert not packages & {"rasa", "rasa-sdk", "tensorflow", "sanic", "pytest", "locust"}
        text = (DEPLOY / "Dockerfile.door").read_text(encoding="utf-8")
        versions = re.findall(r"^FROM python:3\.(\d+)", text, re.M)
        assert versions
        assert all(int(version) >= 12 for version in versions)

    def test_the_locks_name_no_host(self) -> None:
        for file in ROOT.glob("requirements-door*.lock"):
            text = file.read_text(encoding="utf-8")
            assert "://" not in text
            assert "--hash=sha256:" in text


class TestNginx:
    def test_every_page_of_the_door_is_let_through_and_its_insides_are_not(
        self, tmp_path: Path
    ) -> None:
        """The door's own list of routes against the web server's."""
        conf = (DEPLOY / "nginx" / "public.conf").read_text(encoding="utf-8")
        let_through = [re.compile(each) for each in re.findall(r"location ~ (\S+) \{", conf)]
        prefixes = re.findall(r"location (/\S+) \{", conf)
        exact = re.findall(r"location = (\S+) \{", conf)
        app = build(Settings(state=tmp_path))
        seen = 0
        for route in app.routes:
            assert isinstance(route, (Route, Mount))
            path = re.sub(r"\{[^}]*\}", "0123456789abcdef", route.path)
            path = f"{path}/x" if isinstance(route, Mount) else path
            is_public = (
                path in exact
                or any(pattern.search(path) for pattern in let_through)
                or any(path.startswith(prefix) for prefix in prefixes if prefix != "/")
            )
            assert is_public is not path.startswith("/health/"), path
            seen += 1
        assert seen > 20

    def test_it_takes_as_much_as_the_door_reads(self) -> None:
        conf = (DEPLOY / "nginx" / "nginx.conf.template").read_text(encoding="utf-8")
        (most,) = re.findall(r"client_max_body_size (\d+)k;", conf)
        assert int(most) * 1024 >= Settings().request_bytes
        # All of it in memory: no message is written to a disk.
        assert f"client_body_buffer_size {most}k;" in conf

    def test_its_patience_fits_the_door_s(self) -> None:
        script = (DEPLOY / "nginx" / "configure").read_text(encoding="utf-8")
        door = float(re.findall(r'"NGINX_DOOR_SECONDS": "(\d+)s"', script)[0])
        rasa = float(re.findall(r'"NGINX_RASA_SECONDS": "(\d+)ms"', script)[0]) / 1000
        assert rasa < Settings().rasa_timeout < door

    def test_the_files_of_compose_are_accepted_by_nginx_itself(self, tmp_path: Path) -> None:
        prepared = tmp_path / "deploy"
        for name in ("prepare", "nginx/configure", "nginx/public.conf",
                     "nginx/nginx.conf.template", "nginx/rasa.conf.template"):  # fmt: skip
            (prepared / name).parent.mkdir(parents=True, exist_ok=True)
            (prepared / name).write_bytes((DEPLOY / name).read_bytes())
            (prepared / name).chmod(0o755)
        subprocess.run([str(prepared / "prepare")], check=True, capture_output=True)
        secrets = {file.name for file in (prepared / "secrets").iterdir()}
        assert secrets == set(COMPOSE["secrets"])
        made = prepared / "nginx" / "made"
        for name in ("nginx.conf", "rasa.conf"):
            # Names of services mean nothing here, and nginx looks them up when it reads its files.
            text = (made / name).read_text(encoding="utf-8")
            for host in ("door-0", "door-1", "actions-0", "actions-1"):
                text = text.replace(f"{host}:", "127.0.0.1:")
            text = text.replace("/etc/signpost", str(made)).replace("/var/lib/nginx", str(tmp_path))
            text = text.replace("/run/secrets", str(prepared / "secrets"))
            (tmp_path / name).write_text(text, encoding="utf-8")
            servers = made / "rasa-servers.conf"
            servers.write_text(re.sub(r"rasa-\d:", "127.0.0.1:", servers.read_text()))
            done = subprocess.run(
                [program("nginx"), "-t", "-c", str(tmp_path / name)],
                capture_output=True, text=True, check=False,
            )  # fmt: skip
            assert done.returncode == 0, done.stderr

    def test_a_value_that_is_missing_is_named(self, tmp_path: Path) -> None:
        done = subprocess.run(
            [sys.executable, str(DEPLOY / "nginx" / "configure"), str(tmp_path)],
            env={"PATH": os.environ["PATH"]}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 1
        assert "NGINX_DOORS" in done.stderr


class TestAlerts:
    def test_the_rules_are_right_and_fire_when_they_should(self) -> None:
        folder = DEPLOY / "prometheus"
        for command in (["check", "rules", "alerts.yml"], ["test", "rules", "alerts_test.yml"],
                        ["check", "config", "prometheus.yml"]):  # fmt: skip
            done = subprocess.run(
                [program("promtool"), *command], cwd=folder, capture_output=True, text=True,
                check=False,
            )  # fmt: skip
            assert done.returncode == 0, done.stdout + done.stderr

    def test_every_measure_they_and_the_dashboard_ask_for_is_there(self) -> None:
        explained = (ROOT / "docs" / "observability.md").read_text(encoding="utf-8")
        board = json.loads((DEPLOY / "grafana" / "signpost.json").read_text(encoding="utf-8"))
        asked = " ".join(t["expr"] for panel in board["panels"] for t in panel["targets"])
        asked += (DEPLOY / "prometheus" / "alerts.yml").read_text(encoding="utf-8")
        for name in set(re.findall(r"\bsignpost_[a-z_]+", asked)):
            assert f"`{name.removesuffix('_bucket')}`" in explained, name
        assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])

    def test_every_alert_leads_to_a_runbook_that_is_there(self) -> None:
        rules = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yml").read_text(encoding="utf-8"))
        for rule in rules["groups"][0]["rules"]:
            assert rule["labels"]["severity"] in ("page", "ticket")
            assert (ROOT / rule["annotations"]["runbook"]).is_file(), rule["alert"]

    def test_every_runbook_is_in_the_list(self) -> None:
        folder = ROOT / "docs" / "runbooks"
        listed = set(re.findall(r"\]\(([a-z-]+\.md)\)", (folder / "README.md").read_text()))
        assert listed == {file.name for file in folder.glob("*.md")} - {"README.md"}
