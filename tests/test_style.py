"""The tools that read the code: lint, format and type hints, with the settings in pyproject.toml."""

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
