"""What hosts the page: the parts of deploy/ agree with each other, and with the page that they serve."""

from __future__ import annotations

import gzip
import json
import re
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from bench import hosting
from bench.visitor import OpenPage
from deploy import health
from tests.support.paths import ROOT

DEPLOY = ROOT / "deploy"
DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
NGINX = (DEPLOY / "nginx" / "gradviz.conf").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
KUBERNETES = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))
    for path in sorted((DEPLOY / "kubernetes").glob("*.yaml"))
}
POD = KUBERNETES["deployment"]["spec"]["template"]["spec"]
(CONTAINER,) = POD["containers"]
# by halves, so that this file names none of them either
REGISTRIES = [
    *("pypi." + "org", "pythonhosted." + "org", "registry.npm" + "js.org", "deb.debian." + "org"),
    *("download.py" + "torch.org", "ghcr." + "io", "docker." + "io", "quay." + "io", "gcr." + "io"),
]


def requirements(text: str) -> dict[str, Requirement]:
    """The requirements of a file by the name of their package."""
    lines = [re.split(r" #| \\", line)[0] for line in text.splitlines() if re.match(r"[A-Za-z]", line)]
    return {row.name.lower(): row for row in map(Requirement, lines)}


def without_comments(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))


# --- what is installed --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pins", "lock"),
    [("requirements.txt", "deploy/requirements.lock"), ("deploy/tools.txt", "deploy/tools.lock")],
)
def test_the_lock_holds_what_is_pinned(pins, lock):
    locked = requirements((ROOT / lock).read_text(encoding="utf-8"))
    for name, pin in requirements((ROOT / pins).read_text(encoding="utf-8")).items():
        version = str(next(iter(locked[name].specifier)).version)
        assert pin.specifier.contains(version.partition("+")[0]), f"{pin} is pinned: run bash deploy/lock"


@pytest.mark.parametrize("name", ["requirements.lock", "tools.lock"])
def test_every_file_that_is_installed_has_its_hash(name):
    text = without_comments((DEPLOY / name).read_text(encoding="utf-8"))
    entries = re.split(r"\n(?=\S)", text.strip())
    assert entries
    for entry in entries:
        assert re.match(r"[A-Za-z0-9.-]+==[A-Za-z0-9.+]+ \\\n", entry), entry
        assert re.search(r"--hash=sha256:[0-9a-f]{64}\b", entry), entry


def test_the_lock_brings_no_libraries_for_graphics_cards():
    locked = requirements((DEPLOY / "requirements.lock").read_text(encoding="utf-8"))
    assert not [name for name in locked if name.startswith(("nvidia", "cuda", "triton"))]


def test_no_file_names_a_host_of_packages():
    """Each machine installs from where it is set up to; the hashes say what must come."""
    for host in REGISTRIES:
        found = subprocess.run(["git", "grep", "-lIF", host], cwd=ROOT, capture_output=True, text=True)
        assert found.returncode == 1, f"{host} stands in {found.stdout}"


def test_what_is_copied_into_the_image_is_there_and_let_through():
    rules = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    allowed = [rule[1:] for rule in rules if rule.startswith("!")]
    copied = [
        source
        for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE)
        for source in line.split()[:-1]
    ]
    assert len(copied) > 8
    for source in copied:
        assert (ROOT / source).exists(), source
        assert any(
            source == rule or source.startswith(f"{rule}/") or rule.startswith(f"{source}/")
            for rule in allowed
        ), f"{source} is kept out by .dockerignore"


def test_all_that_the_page_imports_is_copied():
    wheel = {"app.py", "page", "gradviz", ".streamlit"}
    assert wheel <= {
        source for line in re.findall(r"^COPY (.+)$", DOCKERFILE, re.M) for source in line.split()
    }


# --- how it runs --------------------------------------------------------------------------------------------


def test_all_ask_at_the_same_port():
    port = int(re.search(r"STREAMLIT_SERVER_PORT=(\d+)", DOCKERFILE)[1])
    assert re.findall(r"^EXPOSE (\d+)$", DOCKERFILE, re.M)[-1] == str(port)
    assert COMPOSE["services"]["page"]["expose"] == [str(port)]
    assert [row["containerPort"] for row in CONTAINER["ports"]] == [port]
    assert KUBERNETES["network"]["spec"]["ingress"][0]["ports"] == [{"protocol": "TCP", "port": port}]
    assert f"server page:{port} " in (DEPLOY / "nginx" / "gradviz-upstream.compose.conf").read_text()


def test_containers_are_closed():
    user = int(re.findall(r"^USER (\d+):\d+$", DOCKERFILE, re.M)[-1])
    assert user != 0
    for service in COMPOSE["services"].values():
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]
        assert "no-new-privileges:true" in service["security_opt"]
        assert service["deploy"]["resources"]["limits"].keys() == {"cpus", "memory"}
    assert COMPOSE["services"]["page"]["networks"] == ["inside"]
    assert COMPOSE["networks"]["inside"]["internal"]
    assert POD["securityContext"]["runAsUser"] == user
    assert POD["securityContext"]["runAsNonRoot"]
    assert not POD["automountServiceAccountToken"]
    context = CONTAINER["securityContext"]
    assert context["readOnlyRootFilesystem"]
    assert not context["allowPrivilegeEscalation"]
    assert context["capabilities"] == {"drop": ["ALL"]}
    assert CONTAINER["resources"]["limits"].keys() >= {"cpu", "memory"}
    policy = KUBERNETES["network"]["spec"]
    assert policy["egress"] == []
    assert set(policy["policyTypes"]) == {"Ingress", "Egress"}


def test_settings_are_ones_that_the_page_reads():
    from streamlit import config

    config.get_config_options()
    known = {option.env_var for option in config._config_options_template.values()}
    page = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "page").rglob("*.py"))
    texts = [DOCKERFILE, *(path.read_text() for path in DEPLOY.rglob("*.yaml")), health.__file__]
    texts += [path.read_text() for path in (DEPLOY / "systemd").iterdir()]
    names = {name for text in texts for name in re.findall(r"\bSTREAMLIT_\w+", text)}
    assert names
    assert names <= known
    read = set(COMPOSE["services"]["page"]["environment"]) | {row["name"] for row in CONTAINER["env"]}
    read |= set(re.findall(r"\bGRADVIZ_\w+", DOCKERFILE))
    # what uvicorn reads: whom it believes where a request comes from
    assert [name for name in read - known if f'"{name}"' not in page] == ["FORWARDED_ALLOW_IPS"]


def test_probes_are_asked_where_the_page_answers():
    from page.server import BASE, ROUTES

    answered = {route.path.removeprefix(BASE) for route in ROUTES}
    asked = {CONTAINER[f"{kind}Probe"]["httpGet"]["path"] for kind in ("startup", "liveness", "readiness")}
    annotations = KUBERNETES["deployment"]["spec"]["template"]["metadata"]["annotations"]
    asked |= {annotations["prometheus.io/path"], "/healthz"}
    assert asked == {"/healthz", "/readyz", "/metrics"}
    assert asked <= answered


def test_manifests_speak_of_one_application():
    (name,) = POD["topologySpreadConstraints"][0]["labelSelector"]["matchLabels"].items()
    for selector in (
        KUBERNETES["deployment"]["spec"]["selector"]["matchLabels"],
        KUBERNETES["deployment"]["spec"]["template"]["metadata"]["labels"],
        KUBERNETES["service"]["spec"]["selector"],
        KUBERNETES["disruption"]["spec"]["selector"]["matchLabels"],
        KUBERNETES["network"]["spec"]["podSelector"]["matchLabels"],
    ):
        assert selector == dict([name])
    deployment = KUBERNETES["deployment"]["metadata"]["name"]
    assert KUBERNETES["autoscaler"]["spec"]["scaleTargetRef"]["name"] == deployment
    listed = {f"{name}.yaml" for name in KUBERNETES if name != "kustomization"}
    assert set(KUBERNETES["kustomization"]["resources"]) == listed


# --- what it serves -----------------------------------------------------------------------------------------


def test_static_files_are_what_the_page_serves_and_stand_where_nginx_looks(tmp_path):
    from page.scripts import PLOTLY, SCRIPTS, plotly_address, script_address
    from page.serving import static

    rule = re.search(r'location ~ "(\S+)"', NGINX)[1]
    static.write(tmp_path, static.static_files())
    paths = [path for path in tmp_path.rglob("*") if path.is_file()]
    plain = [path for path in paths if path.suffix != ".gz"]
    assert len(plain) > 400
    twins = {path: path.with_name(f"{path.name}.gz") for path in plain}
    sent = sum((twin if twin.exists() else path).stat().st_size for path, twin in twins.items())
    assert sum(path.stat().st_size for path in plain) > 2 * sent
    for path in plain:
        assert re.match(rule, f"/{path.relative_to(tmp_path).as_posix()}"), path
    own = {script_address(name): content for name, content in SCRIPTS.items()} | {plotly_address(): PLOTLY}
    for name, content in own.items():
        assert (tmp_path / name).read_bytes() == content
    for path in set(paths) - set(plain):
        assert gzip.decompress(path.read_bytes()) == path.with_suffix("").read_bytes()


@pytest.mark.parametrize(
    ("origin", "host", "foreign"),
    [
        ("", "example.org", False),  # a program
        ("https://example.org", "example.org", False),
        ("http://10.0.0.7:8080", "10.0.0.7:8080", False),
        ("https://evil.example", "example.org", True),
        ("https://example.org.evil.example", "example.org", True),
        ("null", "example.org", True),
    ],
)
def test_a_websocket_is_opened_from_here_alone(origin, host, foreign):
    rules = re.search(r'map "\$http_origin \$http_host" \$gradviz_foreign \{(.*?)\}', NGINX, re.DOTALL)[1]
    patterns = re.findall(r'"~\*?(\S.*?)" 0;', rules)
    assert len(patterns) == 2
    assert foreign is not any(re.search(pattern, f"{origin} {host}") for pattern in patterns)


def test_logs_hold_nothing_that_was_typed():
    logged = re.search(r"log_format gradviz (.*?);", NGINX, re.DOTALL)[1]
    variables = set(re.findall(r"\$(\w+)", logged))
    assert "uri" in variables
    assert not variables & {"request", "request_uri", "args", "query_string", "http_referer", "http_cookie"}
    assert not [name for name in variables if name.startswith("arg_")]
    assert re.search(r"^error_log stderr crit;", (DEPLOY / "nginx" / "nginx.conf").read_text(), re.M)


# --- the health check ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "address"),
    [
        ({}, "http://127.0.0.1:8501/healthz"),
        ({"STREAMLIT_SERVER_PORT": "9000"}, "http://127.0.0.1:9000/healthz"),
        ({"STREAMLIT_SERVER_BASE_URL_PATH": "/under/here/"}, "http://127.0.0.1:8501/under/here/healthz"),
    ],
)
def test_the_health_check_asks_the_server_as_it_is_set(settings, address):
    assert health.address(settings) == address


def test_the_health_check_tells_alive_from_not():
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/healthz" else 503)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        assert health.alive(f"{address}/healthz")
        assert not health.alive(f"{address}/readyz")
        server.shutdown()
    assert not health.alive(f"{address}/healthz", patience=1)


# --- workflows ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted((ROOT / ".github").rglob("*.yml")), ids=lambda path: path.stem)
def test_workflows_name_what_is_there(path: Path):
    text = path.read_text(encoding="utf-8")
    assert yaml.safe_load(text)
    for action in re.findall(r"uses: (\S+)", text):
        assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", action), f"{action} is pinned by no commit"
    for script in re.findall(r"\bbash ((?:deploy|tests)/\w+)", text):
        assert (ROOT / script).is_file(), script
    for name in re.findall(r"(?:-r|-f) (\S+\.(?:lock|txt|yaml)|deploy/Dockerfile)", text):
        assert (ROOT / name).is_file(), name


# --- several servers ----------------------------------------------------------------------------------------


def test_the_benchmark_runs_nginx_as_it_is_deployed_but_for_ports_and_places(tmp_path):
    main = hosting.configured(tmp_path, 8123, [8201, 8202])
    upstream = (tmp_path / "gradviz-upstream.conf").read_text()
    assert re.findall(r"server 127\.0\.0\.1:(\d+) max_fails=1", upstream) == ["8201", "8202"]
    assert "listen 127.0.0.1:8123 " in (tmp_path / "gradviz-listen.conf").read_text()
    assert f"pid {tmp_path}/nginx.pid;" in main.read_text()
    served = (tmp_path / "gradviz.conf").read_text()
    assert served.replace(f"{tmp_path}/static", "/srv/static") == NGINX


def test_a_visitor_tells_pictures_apart_by_the_revision_of_the_view():
    """A whole message, changes to it, and a message that the browser has already."""
    page = OpenPage()
    component = ForwardMsg()
    element = component.delta.new_element.bidi_component
    pictures = []
    for key, hashed, data in (
        ("base", "1", {"key": "a", "base": {"revision": "whole"}}),
        ("view", "2", {"base": "a", "changes": {"set": [], "delete": []}}),
        ("view", "3", {"base": "a", "changes": {"set": [[["revision"], "changed"]], "delete": []}}),
    ):
        element.id, element.json, component.hash = f"$$ID-hash-{key}", json.dumps(data), hashed
        page.is_over(component.SerializeToString())
        pictures.append(page.picture)
    page.is_over(ForwardMsg(ref_hash="2").SerializeToString())
    assert [*pictures, page.picture] == ["", "whole", "changed", "whole"]
