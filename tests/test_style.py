"""The tools that read the code: lint, format and type hints, with the settings in pyproject.toml."""

import ast
import re
import subprocess
import sys

import pytest

from tests.support.paths import ROOT

READERS = {
    "lint": ["ruff", "check"],
    "format": ["ruff", "format", "--check"],
    # told which Python, because the folder of the environment is its owner's choice
    "type hints": ["pyright", "--pythonpath", sys.executable],
}


@pytest.mark.parametrize("reader", READERS)
def test_the_code_reads_clean(reader):
    outcome = subprocess.run(
        [sys.executable, "-m", *READERS[reader]], cwd=ROOT, capture_output=True, text=True
    )
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


SOURCES = sorted(
    path for room in ("gradviz", "page", "tests", "bench") for path in (ROOT / room).rglob("*.py")
)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_first_sentence_of_a_docstring_is_on_its_first_line(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            first, *others = (ast.get_docstring(node) or "").split("\n")
            if others and others[0]:
                assert first.endswith((".", ":")) or re.search(r"[.?!]\S? ", first), first
