"""The deployment files say what the documents promise; they are read here, never run."""

import ipaddress
import json
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.urls import reverse

from hotline.demo.secrets import make_secrets
from hotline.environment import HOW, role_of_command

ROOT = Path(__file__).resolve().parent.parent
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
CADDYFILE = (ROOT / "docs/deploy/Caddyfile").read_text(encoding="utf-8")
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")

DATABASES = {"main-db", "keys-db"}
LONG_RUNNING = {"pages", "webhooks", "stream", "worker", "sequencer"}
OURS = LONG_RUNNING | {"migrate", "keeper"}
NOWHERE = "postgresql://nobody@nowhere.invalid/none"
SEQUENCERS = {"AUDIT_DATABASE_URL", "AUDIT_SIGNING_KEY"}
ROLE_NAMES: dict[str, set[str]] = {"web": set(), "owner": {"DATABASE_OWNER_URL"}, "sequencer": SEQUENCERS}
TWILIO = {"TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"}
SPOOL_KEYS = {"SPOOL_PUBLIC_KEY", "SPOOL_PRIVATE_KEY"}
API_KEY = {"TWILIO_API_KEY_SID", "TWILIO_API_KEY_SECRET"}
EVERYBODY = set(HOW) - {"DATABASE_OWNER_URL"} - SEQUENCERS - TWILIO - SPOOL_KEYS - API_KEY


def role_of(service: str) -> str:
    words = " ".join(SERVICES[service]["command"]).replace(",", " ").split()
    return role_of_command(words[words.index("manage.py") + 1]) if "manage.py" in words else "web"


def names_of(service: str) -> set[str]:
    return {name.removesuffix("_FILE") for name in SERVICES[service]["environment"]}


def networks_of(service: str) -> set[str]:
    return set(SERVICES[service]["networks"])


def secrets_of(service: str) -> dict[str, str]:
    """Give target file name → source for everything mounted under /run/secrets."""
    listed = SERVICES[service]["secrets"]
    return {each: each for each in listed if isinstance(each, str)} | {
        each["target"]: each["source"] for each in listed if not isinstance(each, str)
    }


def volumes_of(service: str) -> dict[str, str]:
    """Give place in the container → `source` or `source (ro)`."""
    parts = [re.fullmatch(r"(.*?):(/[^:]*)(:ro)?", volume) for volume in SERVICES[service]["volumes"]]
    return {part[2]: part[1] + (" (ro)" if part[3] else "") for part in parts if part}


def run(command: list[str], *, folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a command of our own with nothing of this process's environment but the path."""
    surroundings = {"PATH": os.environ["PATH"]} | environment
    return subprocess.run(command, cwd=folder, env=surroundings, capture_output=True, text=True, check=False)


def test_compose_names_exactly_the_processes_of_the_house() -> None:
    assert set(SERVICES) == DATABASES | OURS | {"caddy"}


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_every_container_is_locked_down(service: str) -> None:
    settings = SERVICES[service]
    assert settings["read_only"] is True
    assert settings["cap_drop"] == ["ALL"]
    assert settings.get("cap_add", []) == (["NET_BIND_SERVICE"] if service == "caddy" else [])
    assert settings["security_opt"] == ["no-new-privileges:true"]
    assert int(settings["user"].split(":")[0]) > 0
    assert not {"privileged", "network_mode", "pid", "devices", "env_file"} & set(settings)
    assert any(mount.startswith(("/tmp:", "/data:")) for mount in settings["tmpfs"])  # noqa: S108 - a mount's name


@pytest.mark.parametrize("service", sorted(DATABASES | LONG_RUNNING | {"caddy"}))
def test_every_lasting_container_is_watched_and_restarted(service: str) -> None:
    assert SERVICES[service]["restart"] == "unless-stopped"
    assert SERVICES[service]["healthcheck"]["test"][0] == "CMD"
    assert {"interval", "timeout", "retries"} <= set(SERVICES[service]["healthcheck"])


def test_only_the_proxy_is_published_and_on_unprivileged_ports_inside() -> None:
    assert {service for service, settings in SERVICES.items() if "ports" in settings} == {"caddy"}
    assert SERVICES["caddy"]["ports"] == ["80:8080", "443:8443"]
    assert "http_port 8080" in CADDYFILE
    assert "https_port 8443" in CADDYFILE


def test_images_are_named_by_tag_without_a_registry_host() -> None:
    images = {settings["image"] for settings in SERVICES.values()}
    images |= {line.split()[1] for line in DOCKERFILE.splitlines() if line.startswith("FROM ")}
    for image in images:
        assert re.fullmatch(r"[a-z]+:[\w.-]+", image), image
        assert not image.endswith(":latest")


@pytest.mark.parametrize("service", sorted(DATABASES))
def test_both_databases_are_servers_of_their_own_in_version_18(service: str) -> None:
    mounts = volumes_of(service)
    assert SERVICES[service]["image"].startswith("postgres:18")
    assert mounts["/var/lib/postgresql"] == service.replace("-db", "-data")
    assert "/var/lib/postgresql/data" not in mounts
    assert mounts["/docker-entrypoint-initdb.d/10-roles.sql"] == "./hotline/embedded/roles.sql (ro)"
    quiet = {"-clog_error_verbosity=terse", "-clog_min_error_statement=panic", "-clog_statement=none"}
    assert quiet | {"-cssl=on"} <= set(SERVICES[service]["command"])


def test_every_file_that_compose_mounts_from_the_project_exists() -> None:
    volumes = [volume for settings in SERVICES.values() for volume in settings.get("volumes", [])]
    ours = {volume.split(":")[0] for volume in volumes if volume.startswith("./")}
    assert "./hotline/embedded/grants.sql" in ours
    assert [source for source in ours if not (ROOT / source).is_file()] == []


def test_networks_are_apart_and_closed_but_for_the_one_that_leads_out() -> None:
    closed = {name for name, settings in COMPOSE["networks"].items() if settings.get("internal")}
    assert set(COMPOSE["networks"]) - closed == {"outside"}
    members = {name: {each for each in SERVICES if name in networks_of(each)} for name in COMPOSE["networks"]}
    assert members["keys"] == {"keys-db", "pages", "webhooks", "worker", "migrate", "keeper"}
    assert members["main"] == {"main-db"} | OURS
    assert members["front"] == {"caddy", "pages", "webhooks", "stream"}
    assert members["outside"] == {"caddy", "worker"}


def test_the_address_of_the_proxy_is_the_one_that_is_trusted() -> None:
    address = SERVICES["caddy"]["networks"]["front"]["ipv4_address"]
    pool = COMPOSE["networks"]["front"]["ipam"]["config"][0]
    assert {SERVICES[service]["environment"]["TRUSTED_PROXIES"] for service in OURS} == {address}
    assert ipaddress.ip_address(address) in ipaddress.ip_network(pool["subnet"])
    assert ipaddress.ip_address(address) not in ipaddress.ip_network(pool["ip_range"])


@pytest.mark.parametrize("service", sorted(OURS))
def test_every_name_the_process_reads_is_given(service: str) -> None:
    assert EVERYBODY | ROLE_NAMES[role_of(service)] <= names_of(service)
    if service in {"pages", "webhooks", "worker"}:
        assert names_of(service) >= TWILIO


def test_every_name_of_the_public_surface_is_given_to_somebody() -> None:
    given = {name for service in OURS for name in names_of(service)}
    assert set(HOW) <= given


def test_nothing_secret_stands_in_the_environment() -> None:
    secret = re.compile("KEY|TOKEN|PASSWORD|SID|EMAIL_URL|DATABASE")
    plain = {
        (service, name): value
        for service, settings in SERVICES.items()
        for name, value in settings.get("environment", {}).items()
        if secret.search(name) and not name.endswith("_FILE")
    }
    places = {name: value for (_service, name), value in plain.items() if not name.endswith("URL")}
    addresses = {value for (_service, name), value in plain.items() if name.endswith("URL")}
    assert addresses == {NOWHERE, "dummymail://"}
    assert places == {"KEYRING_DIR": "/var/lib/hotline/keyring"}


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_every_file_that_is_named_is_mounted_and_every_mounted_one_is_declared(service: str) -> None:
    environment = SERVICES[service].get("environment", {})
    files = [value for name, value in environment.items() if name.endswith("_FILE")]
    assert {file.removeprefix("/run/secrets/") for file in files} <= set(secrets_of(service))
    assert set(secrets_of(service).values()) <= set(COMPOSE["secrets"])
    assert all(secret["file"].startswith("${SECRETS_DIR:?") for secret in COMPOSE["secrets"].values())


def test_what_one_process_alone_may_do_only_that_process_has_the_secret_for() -> None:
    alone = {
        "audit_signing_key": "sequencer",
        "audit_database_url": "sequencer",
        "database_owner_url": "migrate",
        "spool_public_key": "webhooks",
        "spool_private_key": "worker",
        "twilio_api_key_sid": "worker",
        "twilio_api_key_secret": "worker",
    }
    for secret, holder in alone.items():
        assert {service for service in SERVICES if secret in secrets_of(service).values()} == {holder}
    assert "/var/lib/hotline/keyring" not in volumes_of("sequencer")


def test_what_the_sequencer_writes_no_other_process_can_change() -> None:
    assert SERVICES["sequencer"]["user"] == "10003:10001"
    assert "-o sequencer -g hotline -m 1775 /var/lib/hotline/checkpoints" in stages()[-1]
    assert "--uid 10003" in stages()[-1]


def test_whoever_is_not_on_a_databases_network_does_not_have_its_password_either() -> None:
    for service in OURS:
        has_password = "keys_database_url" in secrets_of(service).values()
        assert has_password == ("keys" in networks_of(service)), service


def test_only_the_keeper_may_write_into_the_keyring() -> None:
    writable = {
        (service, place)
        for service in OURS
        for place, source in volumes_of(service).items()
        if place.startswith("/var/lib/hotline/keyring") and not source.endswith("(ro)")
    }
    assert writable == {("keeper", "/var/lib/hotline/keyring")}
    assert SERVICES["keeper"]["profiles"] == ["by-hand"]
    assert list(volumes_of("stream")) == ["/var/lib/hotline/keyring/sessions"]


def test_nothing_starts_before_the_tables_are_made() -> None:
    for service in LONG_RUNNING:
        assert SERVICES[service]["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}
    assert {each["condition"] for each in SERVICES["migrate"]["depends_on"].values()} == {"service_healthy"}


def test_each_application_runs_in_the_server_that_was_chosen_for_it() -> None:
    chosen = {"pages": "granian wsgi", "webhooks": "granian webhook_wsgi", "stream": "uvicorn asgi"}
    for service, words in chosen.items():
        server, module = words.split()
        command = SERVICES[service]["command"]
        assert (command[0], command[-1]) == (server, f"hotline.{module}:application")
        assert (ROOT / "hotline" / f"{module}.py").is_file()
        assert ("--interface" in command) == (server == "granian")
    assert "--no-access-log" in SERVICES["stream"]["command"]


def test_worker_and_sequencer_are_started_as_the_demo_starts_them() -> None:
    supervised = (ROOT / "hotline/demo/supervise.py").read_text(encoding="utf-8")
    for service in ("worker", "sequencer"):
        words = ", ".join(f'"{word}"' for word in SERVICES[service]["command"][1:])
        assert f'_start("{service}", {words})' in supervised


def as_started(value: str) -> str:
    """Fill in the host, and of everything else that may be named its default."""
    named = re.sub(r"\$\{SITE_HOST:[^}]*\}", "line.invalid", value)
    return re.sub(r"\$\{[A-Z_]+:-([^}]*)\}", r"\1", named)


@pytest.mark.parametrize("service", sorted(OURS))
def test_the_settings_load_with_just_what_a_container_is_given(service: str, tmp_path: Path) -> None:
    make_secrets(tmp_path)
    for name in COMPOSE["secrets"]:
        if not (tmp_path / name).exists():
            (tmp_path / name).write_text("postgresql://somebody:word@host.invalid/name?sslmode=verify-full")
    (tmp_path / "email_url").write_text("smtp+tls://user:word@host.invalid:587")
    given = {
        name: as_started(value).replace("/run/secrets", str(tmp_path))
        for name, value in SERVICES[service]["environment"].items()
        if not value.startswith("/run/secrets/") or value.removeprefix("/run/secrets/") in secrets_of(service)
    }
    question = [sys.executable, "-c", "from hotline import settings; print(settings.PUBLIC_BASE_URL)"]
    answer = run(question, folder=ROOT, environment=given | {"HOTLINE_ROLE": role_of(service)})
    assert (answer.stdout.strip(), answer.stderr) == ("https://line.invalid", "")


def handle_blocks() -> dict[str, str]:
    """Give route → the body of its `handle` block in the Caddyfile."""
    found = re.findall(r"^\thandle ?(\S*) \{\n(.*?)^\t\}", CADDYFILE, flags=re.MULTILINE | re.DOTALL)
    return dict(found)


def test_the_proxy_sends_each_request_to_its_process_and_bounds_its_body() -> None:
    routes = {route: re.findall(r"reverse_proxy (\S+)", body) for route, body in handle_blocks().items()}
    assert routes == {"/webhooks/*": ["webhooks:8000"], "/live/*": ["stream:8000"], "": ["pages:8000"]}
    assert "flush_interval -1" in handle_blocks()["/live/*"]
    for route, body in handle_blocks().items():
        assert re.search(r"request_body \{\s+max_size \d+KiB\s+\}", body), route


def test_the_proxys_log_has_no_query_string_no_header_and_no_whole_address() -> None:
    assert 'request>uri regexp "[?].*" ""' in CADDYFILE
    for line in ("request>headers delete", "resp_headers delete", "request>remote_ip ip_mask 24 48"):
        assert line in CADDYFILE
    for name in ("people:accept", "referrals:welcome"):
        assert f"log_skip {reverse(name, args=['token']).removesuffix('token/')}*" in CADDYFILE
    assert "log_skip /webhooks/46elks/*" in CADDYFILE
    assert re.search(r"^\tlog$", CADDYFILE, flags=re.MULTILINE)
    assert CADDYFILE.count("output ") == 1
    assert "log_credentials" not in CADDYFILE


def test_security_headers_are_set_by_the_application_alone() -> None:
    ours = ("strict-transport-security", "content-security-policy", "x-frame-options", "referrer-policy")
    assert [header for header in ours if header in CADDYFILE.lower()] == []
    assert re.findall(r"^\s*header .*$", CADDYFILE, flags=re.MULTILINE) == ["\theader -Server"]


def test_the_proxy_speaks_tls_with_the_certificate_it_is_given_and_has_no_admin_port() -> None:
    assert "tls /run/secrets/tls_certificate /run/secrets/tls_key" in CADDYFILE
    assert {"tls_certificate", "tls_key"} == set(secrets_of("caddy"))
    assert re.search(r"^\tadmin off$", CADDYFILE, flags=re.MULTILINE)
    assert CADDYFILE.count("{") == CADDYFILE.count("}")


def stages() -> list[str]:
    return re.split(r"^FROM ", DOCKERFILE, flags=re.MULTILINE)[1:]


def test_the_image_is_built_from_locked_packages_only() -> None:
    front_end, build, _final = stages()
    assert front_end.startswith("node:")
    assert "npm ci --ignore-scripts --omit=dev" in front_end
    assert "pip install --require-hashes --only-binary :all: -r requirements.txt" in build
    assert "-m hotline.messages compile" in build
    assert "manage.py collectstatic" in build


def test_the_image_runs_as_nobody_in_particular_and_cannot_change_its_own_program() -> None:
    final = stages()[-1]
    assert "USER 10001:10001" in final
    assert {SERVICES[service]["user"] for service in OURS - {"sequencer"}} == {"10001:10001"}
    assert "COPY --from=build /app /app" in final
    assert "--chown" not in final


def test_no_secret_is_left_in_the_image() -> None:
    instructions = [line for line in DOCKERFILE.splitlines() if re.match(r"(ENV|ARG|LABEL) ", line)]
    assert not any(re.search("KEY|SECRET|TOKEN|PASSWORD|URL", line) for line in instructions)
    assert 'rm -rf "$made"' in stages()[1]


def let_into_the_image() -> Iterator[str]:
    for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines():
        if line.startswith("!"):
            yield line[1:]


def test_only_what_is_named_gets_into_the_image() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert next(line for line in lines if not line.startswith("#")) == "*"
    allowed = set(let_into_the_image())
    assert not {"var", "tests", ".git", ".venv", "bench"} & allowed
    assert {"hotline", "referrals", "cases", "audit", "templates", "manage.py"} <= allowed
    probes = [part for each in SERVICES.values() for part in each.get("healthcheck", {"test": []})["test"]]
    assert {part for part in probes if "/deploy/" in part} == {"docs/deploy/probe.py"} <= allowed


def test_the_build_steps_work_with_nothing_but_what_is_let_into_the_image(tmp_path: Path) -> None:
    for name in let_into_the_image():
        source, target = ROOT / name, tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
        else:
            shutil.copy(source, target)
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    runs = re.findall(r"^RUN ((?:.*\\\n)*.*)", stages()[1], flags=re.MULTILINE)
    for step in [run for run in runs if "/venv/bin/python" in run]:
        command = ["/bin/sh", "-c", step.replace("/venv/bin/python", sys.executable)]
        done = run(command, folder=tmp_path, environment={"TMPDIR": str(tmp_path)})
        assert done.returncode == 0, done.stderr
    compiled = {path.with_suffix(".po") for path in tmp_path.glob("*/locale/**/django.mo")}
    assert compiled == set(tmp_path.glob("*/locale/**/django.po")) != set()
    assert (tmp_path / "var/static/staticfiles.json").is_file()


def test_the_documents_say_that_the_deployment_was_not_run() -> None:
    documents = "docker-compose.yml Dockerfile docs/deploy/Caddyfile docs/operations.md docs/threat-model.md"
    for path in documents.split():
        assert re.search("not run", (ROOT / path).read_text(encoding="utf-8"), re.IGNORECASE), path


def probe(*about: str) -> int:
    command = [sys.executable, str(ROOT / "docs/deploy/probe.py"), *about]
    return run(command, folder=ROOT, environment={"ALLOWED_HOSTS": "line.invalid"}).returncode


def test_the_probe_tells_what_lives_from_what_does_not(tmp_path: Path) -> None:
    said = tmp_path / "state.json"
    assert probe("fresh", str(said), "60") == 1
    said.touch()
    assert probe("fresh", str(said), "60") == 0
    os.utime(said, (0, 0))
    assert probe("fresh", str(said), "60") == 1
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = str(listening.getsockname()[1])
        assert probe("port", port) == 0
    assert probe("port", port) == 1
    assert probe("http", port, "/healthz/") == 1


def direct_dependencies() -> Iterator[str]:
    for part in ("", "-demo", "-dev", "-bench"):
        for line in (ROOT / f"requirements{part}.in").read_text(encoding="utf-8").splitlines():
            if line and not line.startswith(("#", "-r")):
                yield re.split(r"[\[<>=~!; ]", line)[0]
    packages = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    yield from packages["dependencies"]
    yield from packages["devDependencies"]


def test_every_direct_dependency_is_explained_exactly_once() -> None:
    table = (ROOT / "docs/decisions/dependencies.md").read_text(encoding="utf-8")
    rows = [line.split(" | ") for line in table.splitlines() if re.match(r"\| (?!package )[\w@]", line)]
    assert sorted(row[0].removeprefix("| ") for row in rows) == sorted(direct_dependencies())
    assert all(len(row) == 5 and row[2].strip() and row[3].strip() for row in rows)


def test_the_index_names_every_decision_there_is() -> None:
    folder = ROOT / "docs/decisions"
    index = (folder / "README.md").read_text(encoding="utf-8")
    linked = set(re.findall(r"\]\(([\w-]+\.md)\)", index))
    assert linked == {path.name for path in folder.glob("*.md")} - {"README.md"}
