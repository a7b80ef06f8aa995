"""The browser's modules: how they import each other, and the address under which a browser keeps them."""

from __future__ import annotations

import asyncio
import json
import re
import tomllib
from os.path import normpath
from pathlib import Path, PurePath

import pytest
from starlette.requests import Request

from gradviz import scripts as package_scripts
from gradviz.figures import loader
from page import scripts, server
from tests.support.node import run_node
from tests.support.paths import ROOT

# Programs of their own, which act by themselves: in the head of the document, and the workers.
PROGRAMS = ("revive", "keyed", "shortcuts", "first", "movie/gif_worker", "movie/video_worker")
MODULES = {
    name: text.decode()
    for name, text in scripts.SCRIPTS.items()
    if name not in PROGRAMS and not name.startswith("vendor/")  # the scripts of others: test_movies.py
}
IMPORT = re.compile(r'^import (?:\{[^}]*\}|\* as \w+) from "(\.\.?/[\w/]+)\.js";$', re.MULTILINE)
# Where a page that is opened now finds its modules, and where one from before an upgrade looks for them.
PRESENT, FORMER = scripts.VERSION, "0" * 16


def imports(name: str) -> set[str]:
    """The modules that a module imports, by their names: those of a folder begin with it."""
    folder = Path(name).parent
    return {Path(normpath(folder / found)).as_posix() for found in IMPORT.findall(MODULES[name])}


def code(text: str) -> list[str]:
    """The lines of a module that are no comment."""
    return [line for line in text.splitlines() if not line.lstrip().startswith(("//", "/*", "*"))]


@pytest.mark.parametrize("name", MODULES)
def test_modules_import_each_other_statically(name: str):
    lines = code(MODULES[name])
    statements = [line for line in lines if re.match(r"import\b", line)]
    assert len(statements) == len(IMPORT.findall(MODULES[name])), "each as one plain relative import"
    assert {found for found in imports(name) if not found.startswith("vendor/")} < MODULES.keys()
    computed = [line for line in lines if re.search(r"\bimport\s*\(", line)]
    assert len(computed) == (name == "typeset"), "what Streamlit has loaded for its own formulas"


@pytest.mark.parametrize("name", MODULES)
def test_no_module_awaits_at_its_top(name: str):
    """WebKit lets a second importer of such a module go on before it is there: every picture failed."""
    tops = [line for line in code(MODULES[name]) if not line.startswith(" ")]
    assert not [line for line in tops if re.search(r"\bawait\b", line) and "async" not in line]


@pytest.mark.parametrize("name", MODULES)
def test_no_module_acts_when_it_is_imported(name: str):
    """A call at its top would depend on what was imported before."""
    tops = [
        line
        for line in code(MODULES[name])
        if re.match(r"[a-zA-Z_.]+\(|[a-zA-Z_.]+\s*\??\?=|[\w.]+ = ", line)
    ]
    assert not tops


@pytest.mark.parametrize("name", MODULES)
def test_modules_import_each_other_in_no_circle(name: str):
    seen: set[str] = set()
    ahead = imports(name)
    ahead &= MODULES.keys()
    while ahead - seen:
        seen |= ahead
        ahead = {needed for module in ahead for needed in imports(module) & MODULES.keys()}
    assert name not in seen


PRIVATE = re.compile(r"\._\w+|\b(_fullLayout|_scene|glplot|_context)\b")


@pytest.mark.parametrize("name", sorted(MODULES.keys() - {"plotly"}))
def test_one_module_touches_the_insides_of_plotly(name: str):
    """There every touch has a feature test; tests/browser/test_plotly.py asks whether each is still there."""
    assert not [line for line in MODULES[name].splitlines() if PRIVATE.search(line)]


@pytest.mark.parametrize("name", scripts.SCRIPTS)
def test_every_module_is_in_the_wheel_and_no_test_is(name: str):
    data = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    patterns = data["package-data"]["gradviz"]
    assert any(PurePath(f"browser/{name}.js").match(pattern) for pattern in patterns)
    assert not any("test" in PurePath(pattern).parts for pattern in patterns)


def test_the_version_changes_with_any_script_and_with_what_they_need():
    texts = {"a": b"1", "b": b"2"}
    others = [
        scripts.version_of({"a": b"1", "b": b"3"}, "plotly 1"),
        scripts.version_of({"a": b"12", "b": b""}, "plotly 1"),
        scripts.version_of({"a": b"1", "c": b"2"}, "plotly 1"),
        scripts.version_of({"a": b"1"}, "plotly 1"),
        scripts.version_of(texts, "plotly 2"),
        scripts.version_of(texts),
    ]
    version = scripts.version_of(texts, "plotly 1")
    assert re.fullmatch("[0-9a-f]{16}", version)
    assert len({version, *others}) == 1 + len(others)
    assert version == scripts.version_of({"b": b"2", "a": b"1"}, "plotly 1"), (
        "in whatever order they are found"
    )


def served(name: str, version: str) -> tuple[int, str | None, bytes]:
    """Status, cache control and body of what the server answers."""
    scope = {"type": "http", "path_params": {"name": name, "version": version}}
    answer = asyncio.run(server.script(Request(scope)))
    return answer.status_code, answer.headers.get("Cache-Control"), bytes(answer.body)


@pytest.mark.parametrize("name", MODULES)
def test_a_browser_may_keep_what_has_the_present_version(name: str):
    text = (scripts.FOLDER / f"{name}.js").read_bytes()
    assert served(name, PRESENT) == (200, "public, max-age=31536000, immutable", text)


@pytest.mark.parametrize(
    ("name", "version"), [("view", FORMER), ("view", ""), ("no-such", PRESENT), ("../view", PRESENT)]
)
def test_nothing_else_is_kept_nor_taken_for_it(name: str, version: str):
    assert served(name, version) == (404, "no-store", b"")


def test_the_loader_asks_for_the_version_in_the_path():
    address = scripts.script_address("view")
    assert address == f"gradviz/{PRESENT}/view.js"
    assert f'new URL("{address}", document.baseURI)' in loader(address)


def test_the_document_preloads_each_module_of_the_first_picture_once():
    """The fewest modules that hold view and reconnect, and what each of them imports."""
    needed = {"view", "reconnect"}
    while (more := set().union(needed, *map(imports, needed))) != needed:
        needed = more
    asked = Request({"type": "http", "path": "/", "headers": []})
    document = bytes(asyncio.run(server.front_page(asked)).body).decode()
    preloaded = re.findall(r'<link rel="modulepreload" href="\./([^"]+)"', document)
    assert sorted(preloaded) == sorted(map(scripts.script_address, needed))


STYLED = [*(ROOT / "page").glob("*.*"), *(ROOT / "gradviz" / "browser").rglob("*.js")]


@pytest.mark.parametrize("path", STYLED, ids=lambda path: path.name)
def test_no_style_asks_what_an_element_holds(path: Path):
    """One rule with ``:has()`` has browsers restyle the whole page at every change: keyed.js."""
    lines = path.read_text(encoding="utf-8").splitlines()
    assert not [line for line in lines if ":has(" in line and not line.startswith(("//", "/*"))]


def test_the_package_and_the_page_have_the_same_modules():
    assert package_scripts.scripts() == scripts.SCRIPTS


def test_a_bundle_has_the_exports_of_its_module(tmp_path: Path):
    """The module of the page by itself, beside the one made of all that it needs: both as Node reads them."""
    bundle = tmp_path / "bundle.mjs"
    bundle.write_text(package_scripts.bundled("live_file"), encoding="utf-8")
    program = f"""
    const whole = await import({json.dumps(bundle.as_uri())});
    const alone = await import({json.dumps((scripts.FOLDER / "live_file.js").as_uri())});
    console.log(JSON.stringify([Object.keys(whole), Object.keys(alone)]));
    """
    said = run_node("--input-type=module", "-e", program)
    assert said.returncode == 0, said.stdout
    whole, alone = json.loads(said.stdout)
    assert whole == alone == ["openFile"]
