"""Plotly's script in the package: it is what bundle/ built, and can draw all that is drawn."""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import json
import re
from pathlib import Path

from gradviz.scripts import plotly_script
from tests.support.paths import ROOT

BUNDLE = ROOT / "bundle"
PACKED = json.loads((BUNDLE / "package-lock.json").read_text(encoding="utf-8"))["packages"]
SOURCES = re.findall(
    r'"([\w.-]+)"', (BUNDLE / "build.mjs").read_text().partition("SOURCES = [")[2].partition("]")[0]
)
HEAD, _, TEXT = plotly_script().partition("\n")


def python_plotly() -> Path:
    """The folder of the Python package plotly, which is not loaded."""
    spec = importlib.util.find_spec("plotly")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent


def test_the_script_is_the_one_that_was_built_from_what_is_there():
    """tests/wheel builds it anew, from packages that nothing else needs; here its marks are compared."""
    assert {"build.mjs", "plotly.cjs", "package-lock.json"} <= {*SOURCES}
    made = hashlib.sha256(b"".join((BUNDLE / name).read_bytes() for name in SOURCES)).hexdigest()
    assert f"bundle {made};" in HEAD, "python -m tests.support.plotly_bundle builds it anew"
    assert f"text {hashlib.sha256(TEXT.encode()).hexdigest()} " in HEAD, "nobody edits it"


def test_it_is_the_plotly_that_figures_are_checked_against():
    """The Python package tells of every figure whether it is valid, for the version that it ships itself."""
    with (python_plotly() / "package_data" / "plotly.min.js").open(encoding="utf-8") as script:
        shipped = re.search(r"plotly\.js (v[\d.]+)", script.read(200))
    assert shipped
    assert f"plotly.js {shipped[1]}," in HEAD
    assert PACKED["node_modules/plotly.js"]["version"] == shipped[1].removeprefix("v")


def test_the_lock_file_names_no_registry():
    assert not [name for name, package in PACKED.items() if "resolved" in package]
    assert all("integrity" in package for name, package in PACKED.items() if name)


def test_the_licence_of_every_part_is_told():
    told = (ROOT / "gradviz" / "plotly" / "LICENSES.txt").read_text(encoding="utf-8")
    chapters = re.findall(r"^=== (\S+) ([\d.]+)$", told, re.MULTILINE)
    assert {"plotly.js", "@plotly/d3", "culori", "polybooljs"} <= {name for name, _ in chapters}
    assert all(PACKED[f"node_modules/{name}"]["version"] == version for name, version in chapters)
    assert "not stated" not in told
    assert all(len(text.strip()) > 8 for text in re.split(r"^=== .*$", told, flags=re.MULTILINE)[1:])


def test_it_has_every_trace_that_a_figure_is_made_of():
    """Of Plotly's traces, those that the package names as the type of one; "scatter" is in its core."""
    names = {path.stem.removeprefix("_") for path in (python_plotly() / "graph_objs").glob("_*.py")}
    drawn = set()
    for path in (ROOT / "gradviz").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Dict):
                drawn |= {
                    value.value
                    for key, value in zip(node.keys, node.values, strict=True)
                    if isinstance(key, ast.Constant)
                    and key.value == "type"
                    and isinstance(value, ast.Constant)
                }
    taken = set(re.findall(r'plotly\.js/lib/(\w+)"', (BUNDLE / "plotly.cjs").read_text())) - {"core"}
    assert taken == (drawn & names) - {"scatter"}
