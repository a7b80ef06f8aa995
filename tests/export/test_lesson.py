"""The script and the notebook: both are run, and say the numbers of the page bit by bit."""

from __future__ import annotations

import ast
import contextlib
import io
import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest

from gradviz import link
from gradviz.export.exact import ALIKE_FOR_COMPLEX, Language, Lines, NoProgramError
from gradviz.export.notebook import notebook, script
from gradviz.export.snapshot import Snapshot, snapshot_of, snapshot_of_link
from gradviz.methods import METHODS
from gradviz.presets import PRESETS
from gradviz.tree.expression import Builder, evaluate
from gradviz.tree.kinds import COMPLEX, NUMPY
from gradviz.tree.operations import OPERATIONS
from gradviz.tree.precision import FLOAT64

# link, the methods that are left out beside the adaptive one, and why it could go wrong
ODD = (
    ("?f=x^y&at=2,3&eps=1", "", "the exponent is whole at the point, and not beside it"),
    ("?f=x^y&at=2,3.5&dtype=float32", "", "a power whose exponent varies, in a narrow type"),
    ("?f=x^(y^z)&at=1.1,2,2", "", "an exponent that is whole by computation"),
    ("?f=x^log2(y)&at=1.7,8", "", "an exponent that is no scalar in the package"),
    ("?f=x^-3%2Bx^0.5%2Bx^7&at=2.3", "", "powers as products, below the bar, and as a root"),
    ("?f=x^65%2Bx^(1/3)&at=1.1", "complex-step", "powers too large to be products"),
    ("?f=x^(4/2)%2B(-2)^2*x%2B(-x)^3&at=1.7", "", "an exponent worked out; powers of numbers with a sign"),
    ("?f=2^x%2Be^x%2Bpi*x%2Btau&at=1.1", "", "a number to a power that varies, and constants"),
    ("?f=1/3*x%2Bsin(2)*x-2/x&at=0.3", "", "a quotient of numbers, a number below and above the bar"),
    ("?f=(x%2B1e8)-1e8&at=0.1", "", "what a computer algebra system would cancel"),
    ("?f=x/x%2B0*y&at=3,4", "", "and what it would drop"),
    ("?f=root(x,5)%2Broot(x,4)%2Broot(x,2)&at=0.7", "complex-step", "roots of odd and even degree"),
    ("?f=sinc(x)%2Bacot(x)%2Bcbrt(x)&at=0.7", "complex-step", "functions NumPy has otherwise, or not"),
    ("?f=hypot(x,y)*z^2&at=0.7,2,3", "complex-step", "a function that is analytic in one variable"),
    ("?f=abs(x)*y%2By^2&at=0.7,2", "", "and not in the other"),
    ("?f=atan2(y,x)&at=-0.7,2&dtype=float32", "complex-step", "an angle"),
    ("?f=sigmoid(x)%2Bsoftplus(y)&at=0.7,2", "complex-step", "functions of SciPy"),
    ("?f=sigmoid(x)%2Bsoftplus(y)&at=0.7,2&dtype=float16", "complex-step", "and in half precision"),
    ("?f=erf(x)*tanh(y)&at=0.7,2.2", "complex-step", "the error function"),
    ("?f=gamma(y)%2Bdigamma(x)&at=0.7,2.2", "symbolic complex-step backprop", "slopes of their own"),
    ("?f=where(x<1,x^2,1/x)&at=0.95", "complex-step", "a condition with a hole in a branch"),
    ("?f=where(x<1 and not y>2,x^2*y,1/x)&at=0.95,1", "complex-step", "a condition made of others"),
    ("?f=where(1/x>0,x,x^2)&at=0", "complex-step", "a hole that a comparison swallows"),
    ("?f=max(x,y,2)%2Bmin(x,y,1)%2Brelu(x)&at=3,3", "complex-step", "three operands, and a tie"),
    ("?f=heaviside(x)*x%2Bfloor(x)%2Bmod(x,2)&at=0.4", "complex-step", "jumps"),
    ("?f=abs(x)^1.5%2Bsign(x)*x&at=-1.1&dtype=float32", "complex-step", "no slope in a narrow type"),
    ("?f=abs(x)%2By&at=0,1", "", "a kink: each method is judged by a slope of its own"),
    ("?f=ln(x)&at=0.1&eps=0.1", "", "infinity beside the point, which is no value"),
    ("?f=1/(1-x)&at=0.9&eps=0.1", "", "a pole beside the point"),
    ("?f=exp(x)&at=800", "complex-step", "f overflows"),
    ("?f=1/exp(x)&at=800", "complex-step", "1/∞ is 0"),
    ("?f=ln(1%2Be^(x))&at=712", "complex-step", "an overflow on the way"),
    ("?f=x*1e20&at=100&dtype=float16", "complex-step", "a number past the range of the type"),
    ("?f=asin(x)%2Bacosh(y)%2Batanh(x)&at=0.3,2", "", "inverses"),
    ("?f=tan(x)*cot(x)%2Bsec(y)*csc(y)%2Bsech(x)%2Bcsch(x)%2Bcoth(y)&at=0.3,2", "", "reciprocals"),
    ("?f=log2(x)%2Blog10(x)%2Blog1p(x)%2Bexpm1(x)&at=0.3", "", "logarithms, and a hole at order 6"),
    ("?f=f(x)=a*exp(x)&par=a:2.5&at=1&eps=1e-6&dtype=float32", "", "a parameter"),
    ("?f=f(x,y)=a*x^b%2By&par=a:2.5,b:3&at=1,2&eps=0.25&dtype=float16", "complex-step", "an exponent"),
    ("?f=f(x,y)=x^2&at=3,4", "", "a variable that does not occur"),
    ("?f=f(x,y)=7&at=1,2", "", "none occurs"),
    ("?f=f(np,eps)=np^2*eps&at=1,2", "", "variables with names of the program's own"),
    ("?f=theta^2*alpha_1%2Blambda&at=0.1,2,3", "", "and with one of Python's own"),
    ("?f=sin(x)*y&at=1,2&steps=representable&eps=1e-7", "", "the step as it really is"),
    ("?f=sin(x)*y&at=1,2&steps=representable&eps=1e-2&dtype=float16", "complex-step", "in half precision"),
    ("?f=sin(x)*y&at=1,2&steps=power-of-two&eps=1e-7&dtype=float32", "", "a power of two"),
    ("?f=x1*x2*x3*x4*x5*x6*x7*x8&at=1,2,3,4,5,6,7,8&dtype=float16", "complex-step", "eight variables"),
    (
        "?f=sin(x)*y%2Bexp(y)/x&at=1,2&dtype=bfloat16",
        "symbolic forward backward central central4 central6 complex-step",
        "a type that NumPy does not have",
    ),
)  # fmt: skip


@cache
def linked(address: str) -> Snapshot:
    return snapshot_of_link(f"{address}&v=2")


def ran(program: str) -> dict[str, Any]:
    """Its names after it has run; it is our own text, and no word of a visitor's is code in it."""
    names: dict[str, Any] = {"__name__": "program"}
    before = np.geterr()
    try:
        with contextlib.redirect_stdout(io.StringIO()) as said:
            exec(compile(program, "program", "exec"), names)
    finally:
        np.seterr(**before)
    return names | {"said": said.getvalue()}


def held_to_the_page(snapshot: Snapshot, left_out: set[str]) -> None:
    """Both programs say what the page says, bit by bit, about all methods but those."""
    text, book = script(snapshot), nbformat.reads(notebook(snapshot), as_version=4)
    nbformat.validate(book)
    cells = [cell.source for cell in book.cells if cell.cell_type == "code"]
    assert ast.dump(ast.parse("\n\n".join(cells))) == ast.dump(ast.parse(text))
    names = ran("\n\n".join(cells))
    answers = snapshot.answers
    assert set(names["found"]) == {method.name for method in METHODS} - left_out - {"adaptive"}
    for name, gradient in names["found"].items():
        known = answers.estimates[name].gradient
        same = [a.hex() == float(b).hex() for a, b in zip(gradient, known, strict=True)]
        assert all(same), (name, gradient, known)
    verdicts = names["said"].splitlines()[-len(names["found"]) :]
    assert all(verdict.endswith("as on the page") for verdict in verdicts), verdicts


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_every_preset_says_the_numbers_of_the_page(preset):
    snapshot = snapshot_of({**link.values_in({})[0], **link.values_of(preset)})
    complex_step = snapshot.answers.estimates["complex-step"].gradient
    held_to_the_page(snapshot, {"complex-step"} if np.isnan(complex_step).all() else set())


@pytest.mark.parametrize(("address", "left_out", "why"), ODD)
def test_odd_functions_say_the_numbers_of_the_page(address, left_out, why):
    held_to_the_page(linked(address), set(left_out.split()))


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("?f=besselj(1,x)&at=0.7", "The digits of besselj are those of a method of the page’s own"),
        ("?f=erfc(x)&at=0.7", "The digits of erfc"),
        ("?f=besselj(1,x)&at=0.7&dtype=bfloat16", "The digits of besselj"),
        ("?f=sqrt(x)&at=-1", "f has no value at this point"),
    ],
)
def test_what_has_no_program_is_told(address, sentence):
    for write in (script, notebook):
        with pytest.raises(NoProgramError, match=sentence):
            write(linked(address))


# --- each line, for the numbers of each operation -----------------------------------------------------------

RANDOM = np.random.default_rng(20)
SPREAD = np.concatenate([RANDOM.normal(size=60), RANDOM.normal(size=60) * 30, [0.0, 1.0, -1.0, 2.0, 5e-324]])
SHUFFLED = RANDOM.permutation(SPREAD)
ABOUT_1 = 1 + RANDOM.uniform(-1e-3, 1e-3, len(SPREAD))


def line_of(operation: str, guarded: bool) -> tuple[Any, list[np.ndarray], Any]:
    """The value of one line on arrays, the operands, and the expression it was written from."""
    row, builder = OPERATIONS[operation], Builder()
    count = 2 if row.arity is None else row.arity
    names = ["a", "b", "c"][:count]
    operands = [SPREAD, SHUFFLED, ABOUT_1][:count]
    places = [builder.variable(name) for name in names]
    if operation in ("and", "or", "not", "select"):
        operands = [operands[0] < 0, *(x > 0 if row.boolean else x for x in operands[1:])]
    expression = builder.build(builder.apply(operation, *places))
    lines = Lines(Language(FLOAT64, guarded), {name: name for name in names})
    output = lines.write(expression, [*operands, np.array(0.0)])
    names_here = {"np": np, "hole": lambda where, value: np.where(where, np.nan, value)}
    if "special." in "".join(lines.lines):
        from scipy import special

        names_here["special"] = special
    names_here |= dict(zip(names, operands, strict=True))
    with np.errstate(all="ignore"):
        exec("\n".join(lines.lines), names_here)
    return names_here[output], operands, expression


def written() -> list[str]:
    """The operations that a line can be written for."""
    found = []
    for name, row in OPERATIONS.items():
        if row.arity == 0 or name in ("root", "power"):
            continue
        with contextlib.suppress(NoProgramError):
            line_of(name, False)
            found.append(name)
    return found


@pytest.mark.parametrize("operation", written())
def test_a_line_gives_the_bits_of_its_row(operation):
    value, operands, expression = line_of(operation, True)
    names = ["a", "b", "c"][: len(operands)]
    with np.errstate(all="ignore"):
        known = evaluate(expression, NUMPY, dict(zip(names, operands, strict=True)))[-1]
    np.testing.assert_array_equal(value, known)
    plain = line_of(operation, False)[0]
    np.testing.assert_array_equal(
        np.where(np.isfinite(known), plain, 0), np.where(np.isfinite(known), known, 0)
    )


@pytest.mark.parametrize("operation", sorted(ALIKE_FOR_COMPLEX - {"pi", "e", "tau", "undefined"}))
def test_complex_lines_are_the_packages_own(operation):
    row = OPERATIONS[operation]
    operands = [SPREAD + 1e-8j, SHUFFLED + 1e-8j][: row.arity]
    text = "np.power({0}, {1})" if operation == "power" else row.code
    names = [f"o[{i}]" for i in range(len(operands))]
    with np.errstate(all="ignore"):
        found = eval(text.format(*names), {"np": np, "o": operands})
        known = COMPLEX.functions[operation](*operands)
    finite = np.isfinite(known)
    np.testing.assert_array_equal(found[finite], known[finite])


# --- as a file ----------------------------------------------------------------------------------------------

HOSTILE = (
    "https://example.org/%0Aimport os\nos.abort()\r#<script>alert(1)</script>\"\"\"'''"
    "?f=f(secret,open)=secret^2%2Bsin(open)&at=1,2&v=2"
)


def test_nothing_typed_is_code():
    snapshot = snapshot_of_link(HOSTILE)
    text, book = script(snapshot), json.loads(notebook(snapshot))
    code = ["".join(cell["source"]) for cell in book["cells"] if cell["cell_type"] == "code"]
    for program in (text, "\n".join(code)):
        tree = ast.parse(program)
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        imported = {
            alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
        }
        assert imported == {"numpy", "sympy", "torch"}
        assert not names & {"os", "open", "alert"}
    words = ["".join(cell["source"]) for cell in book["cells"] if cell["cell_type"] == "markdown"]
    assert not any("<" in text for text in words)
    assert "os.abort" not in "".join(line for line in text.splitlines() if not line.startswith("#"))


def test_it_runs_as_a_file_of_its_own(tmp_path: Path):
    """As a reader runs it, with every warning an error; gradviz is not there to help."""
    path = tmp_path / "lesson.py"
    path.write_text(script(linked("?f=x1^2%2Bx2^2&at=3,4")), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-W", "error", str(path)], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    forward = [(((3 + 0.1) * (3 + 0.1) + 16) - 25) / 0.1, ((9 + (4 + 0.1) * (4 + 0.1)) - 25) / 0.1]
    assert f"forward       {forward}  error 0.141  as on the page" in done.stdout
    assert "[2*x1, 2*x2]" in done.stdout


def test_the_notebook_runs_in_ipython(tmp_path: Path):
    """Cell by cell, as in Jupyter, whose kernel it is; in a process without gradviz."""
    path = tmp_path / "lesson.ipynb"
    path.write_text(notebook(linked("?f=x1^2%2Bx2^2&at=3,4")), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "IPython", "--colors=NoColor", str(path)],
        cwd=tmp_path,
        env={**os.environ, "IPYTHONDIR": str(tmp_path), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert "Error" not in done.stdout + done.stderr
    assert done.stdout.count("as on the page") == 8  # all methods but the adaptive one


def test_it_reads_as_the_lesson():
    text = script(linked("?f=x1^2%2Bx2^2&at=3,4"))
    assert "formula = x1**2 + x2**2" in text
    assert "    v1 = x1 * x1\n    v2 = x2 * x2\n    v3 = v1 + v2\n    return v3\n" in text
    assert "v1 = x1 ** 2\nv2 = x2 ** 2\nv3 = v1 + v2\n" in text
    assert max(map(len, text.splitlines())) <= 130
    parts = [line for line in text.splitlines() if line.startswith("# ## ")]
    assert [part[5:6] for part in parts] == ["1", "2", "3", "A"]
