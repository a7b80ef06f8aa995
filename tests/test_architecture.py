"""The floors of the house: who may import whom, and what the package never does."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterable
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import gradviz
from tests.support.paths import ROOT

# From the ground up. A file imports what stands below it or on its own floor, never what is above; a room
# stands for its files, and a file named by itself has a floor of its own.
FLOORS = (
    ("errors", "text", "lazy", "patience", "shown", "arguments", "pieces", "version", "scripts"),
    (
        "tree",
        "reading.spelling",
        "reading.special",
        "reading.elsewhere",
    ),  # the tables of letters and names serve whoever reads and whoever prints
    ("symbolic", "field", "question"),  # trees → closed forms; a field hands out its own
    ("reading",),  # its result is a field
    ("surface", "autodiff", "framing"),
    ("paths", "methods", "autodiff.faults"),  # a planted fault is found by a difference
    ("sweeping",),
    ("comparison", "presets", "export.code", "export.assignments", "figures.parts"),
    ("sentences", "autodiff.walk"),
    ("figures",),
    ("link",),
    ("content", "export", "displays", "function_stage", "widget"),
    ("recent",),
    ("gradviz",),  # the public names
    ("__main__",),
)
FLOOR = {name: height for height, names in enumerate(FLOORS) for name in names}


def floor(module: str) -> int:
    """The floor of a module: its own where it has one, else that of the room it is in."""
    name = module.removeprefix("gradviz.")
    while name and name not in FLOOR:
        name = name.rpartition(".")[0]
    return FLOOR[name]  # a KeyError: every module has a floor


# The modules that may touch what is outside: one starts a process, one is the command line, and one reads the
# scripts that come with installed packages.
OUTSIDE = {"gradviz.symbolic.worker", "gradviz.__main__", "gradviz.scripts"}
OUTSIDE_CALLS = {
    "print",
    "input",
    "open",
    "read_text",
    "write_text",
    "read_bytes",
    "write_bytes",
    "mkdir",
    "unlink",
}
OUTSIDE_MODULES = {
    "socket",
    "subprocess",
    "multiprocessing",
    "urllib",
    "http",
    "requests",
    "asyncio",
    "shutil",
    "tempfile",
}
TEXT_ALONE = {"urllib.parse"}  # of a query; it opens no address
# What a visitor typed must never come near these.
GENERATED_SOURCE = {"eval", "exec", "compile", "lambdify", "parse_expr", "S"}


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def parsed(paths: Iterable[Path]) -> dict[str, ast.Module]:
    """The modules of those files by name."""
    return {module_name(path): ast.parse(path.read_text(encoding="utf-8")) for path in paths}


PAGE = [ROOT / "app.py", *sorted((ROOT / "page").rglob("*.py"))]
SOURCES = parsed(sorted((ROOT / "gradviz").rglob("*.py")))
PRODUCT = SOURCES | parsed(PAGE)


def imported(module: str) -> set[str]:
    """All that ``module`` imports, by full name: at its top, inside functions, under TYPE_CHECKING."""
    found = set()
    for node in ast.walk(PRODUCT[module]):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            # `from .x import y`: y is a module or a name in one
            package = module if is_package(module) else module.rpartition(".")[0]
            for _ in range(node.level - 1):
                package = package.rpartition(".")[0]
            base = ".".join(filter(None, [package if node.level else "", node.module or ""]))
            found |= {
                f"{base}.{alias.name}" if f"{base}.{alias.name}" in PRODUCT else base for alias in node.names
            }
    return found


def is_package(module: str) -> bool:
    return (ROOT / module.replace(".", "/")).is_dir()


def calls(tree: ast.AST) -> set[str]:
    """The last word of the name of whatever is called by a plain name, or as a method."""
    functions = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    plain = {function.id for function in functions if isinstance(function, ast.Name)}
    # re.compile is no builtin: of the attributes only those of files and of SymPy are looked for
    return plain | {function.attr for function in functions if isinstance(function, ast.Attribute)} - {
        "compile"
    }


@pytest.mark.parametrize("module", SOURCES)
def test_imports_point_down(module):
    below = {name for name in imported(module) if name.split(".")[0] == "gradviz"}
    above = {name for name in below if floor(name) > floor(module)}
    assert not above, f"{module} stands on floor {floor(module)} and imports {above}"


def test_imports_run_in_no_circle():
    """None of any kind: an import inside a function, or for a type alone, counts too."""
    needs = {
        module: {name for name in imported(module) if name in PRODUCT and name != module}
        for module in PRODUCT
    }
    TopologicalSorter(needs).prepare()


@pytest.mark.parametrize("module", PRODUCT)
def test_no_parameter_is_any(module):
    """A number of any kind is a ``Number``, an unchecked argument an ``object``, a point ``ArrayLike``."""
    functions = [node for node in ast.walk(PRODUCT[module]) if isinstance(node, ast.FunctionDef)]
    untyped = [
        f"{function.name}({argument.arg})"
        for function in functions
        for argument in ast.walk(function.args)
        if isinstance(argument, ast.arg) and argument.annotation is not None
        if ast.unparse(argument.annotation) == "Any"
    ]
    assert not untyped


def test_the_package_never_imports_streamlit():
    assert not [
        module for module in SOURCES if any(name.split(".")[0] == "streamlit" for name in imported(module))
    ]


@pytest.mark.parametrize("module", sorted(SOURCES.keys() - OUTSIDE))
def test_the_package_touches_nothing_outside(module):
    assert not calls(SOURCES[module]) & OUTSIDE_CALLS
    assert not {name.split(".")[0] for name in imported(module) - TEXT_ALONE} & OUTSIDE_MODULES


@pytest.mark.parametrize("module", SOURCES)
def test_nothing_typed_becomes_source(module):
    assert not calls(SOURCES[module]) & GENERATED_SOURCE
    for node in ast.walk(SOURCES[module]):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("sympify"):
            assert "strict=True" in ast.unparse(node), "else SymPy would run a text as Python"


def test_importing_the_package_is_light():
    """Neither the page nor what is slow to load: PyTorch alone costs two seconds and 180 MB."""
    heavy = ("streamlit", "plotly", "torch", "sympy")
    code = f"import gradviz, sys; print(*[name for name in {heavy} if name in sys.modules])"
    fresh = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert fresh.stdout.split() == []


def test_only_the_page_imports_streamlit():
    sources = [*ROOT.glob("*.py"), *(ROOT / "page").rglob("*.py"), *(ROOT / "gradviz").rglob("*.py")]
    streamlit = re.compile(r"^\s*(import|from) streamlit\b", re.MULTILINE)
    assert {path for path in sources if streamlit.search(path.read_text(encoding="utf-8"))} <= set(PAGE)
    assert streamlit.search(PAGE[0].read_text(encoding="utf-8"))


def test_the_package_never_imports_the_page():
    for module in SOURCES:
        assert not {name.split(".")[0] for name in imported(module)} & {"app", "page"}


@pytest.mark.parametrize("path", PAGE, ids=lambda path: path.stem)
def test_the_page_computes_nothing(path):
    page = ast.parse(path.read_text(encoding="utf-8"))
    names = {
        alias.name.split(".")[0]
        for node in ast.walk(page)
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    names |= {
        node.module.split(".")[0]
        for node in ast.walk(page)
        if isinstance(node, ast.ImportFrom) and node.module
    }
    assert not names & {"math", "cmath", "numpy", "scipy", "sympy", "mpmath", "torch"}


def test_no_module_bears_a_public_name():
    """Else gradviz.sweep would be the function once, and the module ever after."""
    modules = {module.removeprefix("gradviz.") for module in SOURCES}
    assert not modules & set(gradviz.__all__)


def test_the_server_around_the_page_starts_without_the_library():
    """``app.py`` is imported for it; a name that only the page's own run has would keep it from starting."""
    code = "import app, sys; print(*sorted({'gradviz', 'numpy', 'sympy', 'torch'} & set(sys.modules)))"
    fresh = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert fresh.stdout.split() == []
