"""Builds gradviz/plotly anew from bundle/: ``python -m tests.support.plotly_bundle``.

After another version in bundle/package.json: ``npm install`` in bundle/, then this, and commit all of it.
With ``--check`` it only tells whether what is committed is what the build makes, as tests/wheel does. Either
installs the packages of the build first, 175 MB.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.support.node import install, run_node
from tests.support.paths import ROOT

BUILT = ROOT / "gradviz" / "plotly"
FILES = ("plotly.min.js", "LICENSES.txt")


def build(folder: Path) -> None:
    """Build into ``folder``; SystemExit with the words of the build where it fails."""
    install(ROOT / "bundle")
    outcome = run_node("bundle/build.mjs", str(folder))
    if outcome.returncode:
        raise SystemExit(outcome.stdout)


def main(options: list[str]) -> int:
    """Build, or compare; the exit code."""
    if "--check" not in options:
        build(BUILT)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        build(Path(folder))
        other = [name for name in FILES if (Path(folder) / name).read_bytes() != (BUILT / name).read_bytes()]
    print("is another one:" if other else "gradviz/plotly is what bundle/ builds", *other)
    return len(other)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
