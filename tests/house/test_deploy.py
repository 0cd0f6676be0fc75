"""What deploy/ hands to whoever runs the product: nobody is root, nothing secret stands in it, everything says how it is.

Where a tool that knows the format is on the machine, it reads the file too.
"""

import configparser
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
OURS = ("server", "worker", "upgrade")


def read(name: str) -> str:
    return (DEPLOY / name).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(read("compose.yaml"))
    return found


def run(*command: str, **given: Any) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, **given)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def need(tool: str) -> str:
    found = shutil.which(tool)
    if found is None:
        pytest.skip(
            f"{tool} is not on this machine: what it would say is not known; the file itself was read."
        )
    return found


def test_no_container_is_root_or_writes_where_it_should_not(compose):
    assert set(compose["services"]) == {"proxy", "database", *OURS}
    for name, service in compose["services"].items():
        assert int(service["user"].split(":")[0]) > 0, name
        assert service["read_only"] is True and service["cap_drop"] == ["ALL"], name
        assert "no-new-privileges:true" in service["security_opt"], name
        assert not service.get("privileged") and "docker.sock" not in str(service), name


def test_each_service_says_how_it_is_and_the_database_is_upgraded_before_any_starts(compose):
    services = compose["services"]
    image = read("Dockerfile").split(" AS ")
    assert "/readyz" in str(services["server"]["healthcheck"]["test"])
    assert services["worker"]["healthcheck"]["test"] == ["CMD", "groupsched", "worker", "--health"]
    assert services["database"]["healthcheck"]["test"] and services["upgrade"]["restart"] == "no"
    assert all("HEALTHCHECK" in stage for stage in image if stage.startswith(("proxy", "app")))
    for name in ("server", "worker"):
        assert services[name]["depends_on"] == {"upgrade": {"condition": "service_completed_successfully"}}
    assert services["upgrade"]["command"] == ["db", "upgrade"]


def test_secrets_are_files_and_none_stands_in_a_file_that_is_kept(compose):
    for name, service in compose["services"].items():
        for setting, value in (service.get("environment") or {}).items():
            if re.search("SECRET|PASSWORD|_URL", setting) and setting != "GROUPSCHED_BASE_URL":
                assert setting.endswith("_FILE") and value.startswith("/run/secrets/"), f"{name} {setting}"
                assert value.rpartition("/")[2] in service["secrets"], f"{name} {setting}"
    assert all(given["file"].startswith("secrets/") for given in compose["secrets"].values())
    assert {"deploy/secrets/", "deploy/.env"} <= set((ROOT / ".gitignore").read_text().split())
    # Left out of the context of the build, neither they nor the history come into an image.
    kept = read("Dockerfile.dockerignore").split("\n")
    assert "*" in kept and not any(
        line.startswith(("!.git", "!deploy/secrets", "!instance")) for line in kept
    )


def test_every_setting_that_is_handed_over_is_one(compose):
    known = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    given = {name for service in OURS for name in compose["services"][service]["environment"]}
    given |= set(re.findall(r"^#?(GROUPSCHED_\w+)=", read("systemd/environment.example"), re.MULTILINE))
    assert len(given) >= 6
    assert not [name for name in given if f"`{name.removesuffix('_FILE')}`" not in known]


def test_only_the_proxy_is_reached_from_outside_and_the_server_reaches_nobody(compose):
    services, networks = compose["services"], compose["networks"]
    assert [name for name, service in services.items() if service.get("ports")] == ["proxy"]
    assert all(networks[name]["internal"] for name in ("web", "data"))
    for name in ("server", "upgrade", "database"):
        assert all(networks[on].get("internal") for on in services[name]["networks"]), name


def test_the_account_of_the_program_is_no_superuser_of_its_database(compose):
    database = compose["services"]["database"]
    assert "POSTGRES_USER" not in database["environment"]
    assert database["environment"]["POSTGRES_PASSWORD_FILE"].endswith("/database_admin_password")
    assert not any("database_admin_password" in compose["services"][name]["secrets"] for name in OURS)
    assert "CREATE ROLE groupsched LOGIN CREATEDB PASSWORD" in read("database-role.sh")


def test_secrets_are_made_once_and_fit_each_other(tmp_path):
    shutil.copy(DEPLOY / "make-secrets.sh", tmp_path)
    run("sh", str(tmp_path / "make-secrets.sh"))
    made = {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()}
    run("sh", str(tmp_path / "make-secrets.sh"))
    assert {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()} == made
    assert (tmp_path / "secrets").stat().st_mode & 0o077 == 0
    random = [made[name] for name in ("secret_key", "database_password", "database_admin_password")]
    assert len(set(random)) == 3 and all(len(value) >= 32 for value in random)
    assert f":{made['database_password']}@database/" in made["database_url"]
    assert made["database_url"].endswith("?sslmode=disable") and made["smtp_url"] == ""


def test_the_image_is_made_of_what_the_lock_names_and_of_nothing_else():
    lines = read("Dockerfile").replace("\\\n", "")
    installs = re.findall(r"pip install ([^&\n]*)", lines)
    assert len(installs) == 2 and all("--no-deps" in line for line in installs)
    assert "--require-hashes" in installs[0] and "-r requirements/runtime.txt" in installs[0]
    stages = lines.split("FROM ")[2:]
    assert all(re.search(r"^USER \d{4,}:", stage, re.MULTILINE) for stage in stages)
    assert "COPY . " not in lines


@pytest.mark.parametrize("name", ["groupsched", "groupsched-worker", "groupsched-upgrade"])
def test_a_unit_of_systemd_may_do_little(name, tmp_path):
    unit = configparser.RawConfigParser(strict=False, comment_prefixes=("#",))
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string(read(f"systemd/{name}.service"))
    service = dict(unit["Service"])
    assert service["User"] == "groupsched" and service["UMask"] == "0077" and service["StateDirectory"]
    wanted = {"NoNewPrivileges": "yes", "ProtectSystem": "strict", "PrivateTmp": "yes", "ProtectHome": "yes"}
    assert wanted.items() <= service.items() and service["CapabilityBoundingSet"] == ""
    assert not [line for line in service.items() if re.search("secret|password", str(line), re.IGNORECASE)]
    analyze = need("systemd-analyze")
    # It asks whether the program is there.
    file = tmp_path / f"{name}.service"
    file.write_text(read(f"systemd/{name}.service").replace("/opt/groupsched/bin/groupsched", "/bin/true"))
    units = [str(file)]
    if name == "groupsched":
        units.append(str(shutil.copy(DEPLOY / "systemd" / "groupsched.socket", tmp_path)))
    assert name not in run(analyze, "verify", *units), "a line that systemd does not understand"
    run(analyze, "security", "--offline=yes", "--threshold=20", str(file))


def test_nginx_takes_its_file(tmp_path):
    text = read("nginx.conf")
    assert "X-Forwarded-For $remote_addr;" in text and "TLSv1.2 TLSv1.3;" in text
    assert text.count("access_log off;") == 2, "the address of a calendar is its key"
    nginx, openssl = need("nginx"), need("openssl")
    run(openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
        "-keyout", f"{tmp_path}/privkey.pem", "-out", f"{tmp_path}/fullchain.pem", "-subj", "/CN=x")  # fmt: skip
    text = re.sub(r"/etc/letsencrypt/live/[^/]+|/var/log/nginx", str(tmp_path), text)
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid; error_log {tmp_path}/log; events {{}} http {{ {text} }}"
    )
    run(nginx, "-t", "-q", "-e", f"{tmp_path}/log", "-c", f"{tmp_path}/nginx.conf")


def test_caddy_takes_its_file(compose, tmp_path):
    text = read("Caddyfile")
    assert "exclude http.log.error" in text and not re.search(r"^\s*output ", text, re.MULTILINE)
    ports = dict(re.findall(r"(https?)_port (\d+)", text))
    assert compose["services"]["proxy"]["ports"] == [f"80:{ports['http']}", f"443:{ports['https']}"]
    caddy = need("caddy")
    env = {"GROUPSCHED_HOST": "sessions.example.org", "HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    run(caddy, "validate", "--adapter", "caddyfile", "--config", str(DEPLOY / "Caddyfile"), env=env)


def test_docker_takes_its_files(tmp_path):
    docker = need("docker")
    if subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode:
        pytest.skip(
            "docker is here without compose: what it would say is not known; the file itself was read."
        )
    shutil.copytree(DEPLOY, tmp_path / "deploy")
    shutil.copy(DEPLOY / "example.env", tmp_path / "deploy" / ".env")
    run(docker, "compose", "-f", str(tmp_path / "deploy" / "compose.yaml"), "config", "-q")


def test_hadolint_finds_nothing_in_the_dockerfile():
    # Versions of Debian's own packages go away with each of its updates: the image of Python says which Debian it is.
    run(need("hadolint"), "--ignore", "DL3008", str(DEPLOY / "Dockerfile"))
