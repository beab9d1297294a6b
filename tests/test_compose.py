"""compose.yaml and the Dockerfile fit the site: names of settings, paths, health checks. No image is built here."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
SERVICES = COMPOSE["services"]
SITE = [name for name, service in SERVICES.items() if service.get("build")]
SETTINGS = set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE))


def test_the_site_is_given_settings_that_it_reads():
    assert SITE == ["migrate", "web"]
    for name in SITE:
        assert set(SERVICES[name]["environment"]) <= SETTINGS, name
    given = re.findall(r"\b([A-Z_]+)=", "".join(re.findall(r"^ENV (DATA_DIR.*)$", DOCKERFILE, re.MULTILINE)))
    assert given
    assert set(given) <= SETTINGS


@pytest.mark.parametrize("name", ["DATABASE_URL", "DATABASE_REPLICA_URLS", "CACHE_URL"])
def test_addresses_lead_to_services(name):
    assert re.search(r"(?:@|//)(\w+):\d+", SERVICES["web"]["environment"][name])[1] in SERVICES


def test_every_part_is_there_and_everything_named_exists():
    assert {"proxy", "web", "primary", "replica", "valkey"} <= set(SERVICES)
    for name, service in SERVICES.items():
        for volume in service.get("volumes", ()):
            source = volume.split(":")[0]
            assert (ROOT / source).is_file() if source.startswith(".") else source in COMPOSE["volumes"], (name, source)
        assert set(service.get("depends_on", ())) <= set(SERVICES), name
        image = service.get("image", "")
        assert service.get("build") or re.search(r":\d", image), f"{name}: {image} names no version"


def test_whatever_is_waited_for_has_a_health_check():
    has = {name for name, service in SERVICES.items() if "test" in service.get("healthcheck", {})} | {"web"}
    assert "/healthz" in DOCKERFILE  # that of web
    for service in SERVICES.values():
        for wanted, how in service.get("depends_on", {}).items():
            if how["condition"] == "service_healthy":
                assert wanted in has
    assert set(SERVICES) - has == {"migrate"}


def test_the_dockerfile_copies_what_is_there_and_runs_as_nobody_special():
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    names = [name for line in copied for name in line.split()]
    assert {"requirements.txt", "package-lock.json", "geeks", "manage.py"} <= set(names)
    for name in names:
        assert (ROOT / name).exists(), name
    assert "--require-hashes" in DOCKERFILE
    assert DOCKERFILE.index("\nUSER geeks") < DOCKERFILE.index("\nCMD")


def test_the_proxy_holds_slow_senders():
    caddyfile = (ROOT / "deploy" / "Caddyfile").read_text(encoding="utf-8")
    assert "request_buffers" in caddyfile
    assert "response_buffers" in caddyfile
    assert "dynamic a web 8000" in caddyfile


@pytest.mark.parametrize("path", sorted((ROOT / "deploy").glob("*.sh")), ids=lambda path: path.name)
def test_scripts_can_be_read_by_a_shell(path):
    assert subprocess.run(["sh", "-n", path], check=False).returncode == 0
