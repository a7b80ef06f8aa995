"""The browser's modules, checked by the tools of their own language: types, lint, format, and unit tests."""

import json

import pytest

from tests.support.node import LOCK, TOOLS, install, run_node


@pytest.fixture(scope="module", autouse=True)
def tools_are_installed():
    install()


@pytest.mark.parametrize("tool", TOOLS)
def test_the_browsers_modules_pass(tool):
    outcome = run_node(*TOOLS[tool])
    assert outcome.returncode == 0, outcome.stdout


def test_the_lock_file_names_no_registry():
    """Each machine installs from the registry that it is set up for; the hashes say what must come."""
    packages = json.loads(LOCK.read_text(encoding="utf-8"))["packages"]
    assert not [name for name, package in packages.items() if "resolved" in package]
    assert all("integrity" in package for name, package in packages.items() if name)
