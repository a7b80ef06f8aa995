"""How the page is parted: who imports whom, and what it may import of Streamlit."""

from __future__ import annotations

import ast
import sys
from graphlib import TopologicalSorter
from importlib.metadata import packages_distributions

import pytest

from tests.support.paths import ROOT

SOURCES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts): ast.parse(path.read_text(encoding="utf-8"))
    for path in sorted((ROOT / "page").rglob("*.py"))
    if path.stem != "__init__"
}
APP = ast.parse((ROOT / "app.py").read_text(encoding="utf-8"))
PUBLIC = {"streamlit", "streamlit.components.v2", "streamlit.delta_generator"}


def imported(tree: ast.Module) -> set[str]:
    """All modules that ``tree`` imports, at its top or inside its functions."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= names & SOURCES.keys() or {node.module or ""}
    return found


def test_imports_run_in_no_circle():
    TopologicalSorter({name: imported(tree) & SOURCES.keys() for name, tree in SOURCES.items()}).prepare()


def test_the_story_is_imported_by_nobody():
    """It is a script: imported, it would draw the page once and never again."""
    assert not [name for name, tree in SOURCES.items() if "page.story" in imported(tree)]


def test_no_file_hides_a_module():
    """While Streamlit runs the script, the script's folder comes first where modules are searched."""
    names = {name.split(".")[1] for name in SOURCES}
    assert not names & (sys.stdlib_module_names | packages_distributions().keys())


def test_the_app_starts_the_server_alone():
    assert {name for name in imported(APP) if name.startswith(("page", "gradviz"))} == {"page.server"}
    assert len(ast.unparse(APP).splitlines()) <= 15


@pytest.mark.parametrize("name", sorted(SOURCES.keys() - {"page.runtime"}))
def test_only_the_runtime_reads_streamlits_insides(name):
    used = {module for module in imported(SOURCES[name]) if module.partition(".")[0] == "streamlit"}
    assert used <= PUBLIC


@pytest.mark.parametrize("name", SOURCES)
def test_no_function_is_longer_than_a_screen(name):
    for node in ast.walk(SOURCES[name]):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 80, node.name
