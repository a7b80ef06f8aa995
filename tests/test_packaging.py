"""What an installed gradviz brings: ranges that hold what is pinned, every file, and PyTorch as an extra."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from fnmatch import fnmatch

from packaging.requirements import Requirement

from tests.support.paths import ROOT

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = PYPROJECT["project"]
CORE = [Requirement(row) for row in PROJECT["dependencies"]]
EXTRAS = {name: [Requirement(row) for row in rows] for name, rows in PROJECT["optional-dependencies"].items()}
PINS = [
    Requirement(line.partition("#")[0])
    for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]
MODULES = {
    "pillow": "PIL",
    "python-flint": "flint",
    "resvg-py": "resvg_py",
}  # where a module has another name than its package


def modules_of(requirements: list[Requirement]) -> set[str]:
    return {MODULES.get(row.name, row.name.replace("-", "_").lower()) for row in requirements}


def imported_in(room: str) -> set[str]:
    """The packages that a room imports anywhere, but for itself and the standard library."""
    found = set()
    for path in (ROOT / room).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.split(".")[0])
    return found - set(sys.stdlib_module_names) - {"gradviz", "page"}


def test_ranges_hold_what_is_pinned():
    every = [*CORE, *(row for rows in EXTRAS.values() for row in rows)]
    for row in every:
        assert re.fullmatch(r">=[\d.]+", str(row.specifier)), f"{row}: a library names no upper end"
    for pin in PINS:
        ranges = [row for row in every if row.name == pin.name]
        (version,) = (spec.version for spec in pin.specifier)
        assert ranges, f"{pin} is in no list of pyproject.toml"
        assert all(row.specifier.contains(version) for row in ranges), pin


def test_the_core_brings_all_that_it_imports_but_the_extras():
    extras = {module for rows in EXTRAS.values() for module in modules_of(rows)}
    assert modules_of(CORE) <= imported_in("gradviz")
    assert imported_in("gradviz") <= modules_of(CORE) | extras
    assert imported_in("page") <= modules_of(CORE) | modules_of(EXTRAS["page"])


def test_every_file_of_the_package_is_in_the_wheel():
    patterns = PYPROJECT["tool"]["setuptools"]["package-data"]
    found = [
        path.relative_to(ROOT).as_posix() for room in ("gradviz", "page") for path in (ROOT / room).rglob("*")
    ]
    of_tools = (".py", ".pyc", ".d.ts", "tsconfig.json")
    needed = [name for name in found if (ROOT / name).is_file() and not name.endswith(of_tools)]
    assert {"gradviz/py.typed", "gradviz/browser/view.js", "page/page.css"} <= set(needed)
    carried = {"gradviz/": patterns["gradviz"], "page/": patterns["gradviz.served.page"]}
    for name in needed:
        if "/test/" in name:
            continue
        room = name.partition("/")[0] + "/"
        assert any(fnmatch(name.removeprefix(room), pattern) for pattern in carried[room]), name


WITHOUT = """
import sys
for name in ("torch", "streamlit", "plotly", "starlette"):
    sys.modules[name] = None  # import says that there is no such module
import numpy as np, gradviz
from gradviz.__main__ import main
field = gradviz.parse("x1^2 + x2^2")
found = gradviz.gradient(field, [3, 4], "backprop")
print(found.status, np.isnan(found.gradient).all(), found.note)
print(np.isnan(gradviz.gradients(field, [[3, 4]], "backprop")).all())
sweep = gradviz.sweep(field, [3, 4], steps=[0.1])
print(sweep.errors["forward"].round(3).tolist(), sweep.errors["backprop"].tolist())
for ask in (lambda: gradviz.trace(field, [3, 4]), lambda: gradviz.gradient(field, [3, 4], dtype="bfloat16")):
    try:
        ask()
    except gradviz.GradvizError as error:
        print(type(error).__name__, error)
print(main(["x1^2 + x2^2", "--at", "3,4"]))
"""


def test_without_pytorch_all_else_works_and_says_how_to_get_it():
    """In a process of its own, where the import of each extra fails."""
    fresh = subprocess.run([sys.executable, "-c", WITHOUT], cwd=ROOT, capture_output=True, text=True)
    assert fresh.stderr == ""
    sentence = 'This needs PyTorch, which is not installed: pip install "gradviz[torch]" brings it.'
    first, batch, errors, traced, narrow, *printed = fresh.stdout.splitlines()
    assert first == f"not applicable True {sentence}"
    assert batch == "True"
    assert errors == "[0.141] [nan]"
    assert traced == narrow == f"NotInstalledError {sentence}"
    assert printed[-1] == "0"
    assert 'pip install "gradviz[torch]"' in " ".join(" ".join(printed).split())
