"""The programs that are shown: each is run, for every operation, and held to the package's own answers."""

from __future__ import annotations

import ast
import contextlib
import io
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

import gradviz
from gradviz.autodiff.walk import node_names
from gradviz.export import code
from gradviz.field import ScalarField
from gradviz.text.letters import plain_label
from gradviz.tree.expression import Builder
from gradviz.tree.operations import OPERATIONS

# Where the usual (0.6, 1.7, −0.4) lies outside the domain.
ELSEWHERE = {
    "lambertwm1": [-0.2], "acosh": (1.8,), "hurwitz": (2.6, 1.7), "hurwitzprime": (2.6, 1.7)
}  # fmt: skip
# Where PyTorch's own slope has fewer digits, and the package hands it a better one.
SLOPED = {"expm1", "zeta", "hurwitz", "gamma", "loggamma", "digamma"}
# Where the package adds a power series up, and a program takes SciPy's value.
BY_SERIES = {"besselj", "besseli", "ive"}
CONDITIONS = {name for name, row in OPERATIONS.items() if row.boolean}


def ran(program: str) -> dict[str, Any]:
    """Its names after it has run; it is our own text, and no word of a visitor's is in it."""
    names: dict[str, Any] = {}
    with contextlib.redirect_stdout(io.StringIO()) as said:
        exec(compile(program, "program", "exec"), names)
    return names | {"said": said.getvalue()}


def field_of(operation: str) -> tuple[ScalarField, list[float]]:
    """A field in which ``operation`` stands between others, and a point of its domain."""
    row, builder = OPERATIONS[operation], Builder()
    count = 3 if row.arity is None else row.arity
    point = list(ELSEWHERE.get(operation, (0.6, 1.7, -0.4)))[: max(1, count)]
    names = [f"x{i}" for i in range(1, len(point) + 1)]
    places = [builder.variable(name) for name in names]
    if row.fixed is not None:
        places[row.fixed] = builder.literal(3)
        root = builder.apply(operation, *places[:count])
    elif operation in CONDITIONS:
        operands = places[:count]
        if operation in ("and", "or", "not"):
            operands = [builder.apply("less", place, builder.literal(1)) for place in operands]
        condition = builder.apply(operation, *operands)
        root = builder.apply("select", condition, places[0], builder.apply("sin", places[0]))
    elif operation == "select":
        condition = builder.apply("less", places[0], builder.literal(1))
        root = builder.apply("select", condition, *places[1:])
    else:
        root = builder.apply(operation, *places[:count])
    whole = builder.apply("multiply", builder.apply("add", root, places[0]), builder.literal(3))
    return ScalarField(operation, tuple(names), builder.build(whole)), point


OPERATIONS_WITH_VALUE = [name for name in OPERATIONS if name != "undefined"]


@pytest.mark.parametrize("operation", OPERATIONS_WITH_VALUE)
def test_pytorch_says_what_the_package_says(operation):
    field, point = field_of(operation)
    found = ran(code.torch_snippet(field, point))["x"].grad.numpy()
    known = gradviz.gradient(field, point, "backprop").gradient
    if operation in SLOPED:
        assert found == pytest.approx(known, rel=1e-7)
    elif operation in BY_SERIES:
        assert found == pytest.approx(known, rel=1e-14)
    else:
        assert np.array_equal(found, known)


@pytest.mark.parametrize("operation", OPERATIONS_WITH_VALUE)
def test_the_difference_says_what_the_package_says(operation):
    field, point = field_of(operation)
    found = ran(code.difference_snippet(field, point, 1e-4))
    # the same points and the same quotient; an operation may be rounded otherwise, which 1/ε makes larger
    assert found["gradient"] == pytest.approx(
        gradviz.gradient(field, point, "forward", step=1e-4).gradient, rel=1e-10, abs=1e-10
    )
    assert found["f"](np.array(point)) == pytest.approx(float(field(point)), rel=1e-14)


@pytest.mark.parametrize("operation", [name for name in OPERATIONS_WITH_VALUE if name != "trigamma"])
def test_the_closed_form_says_what_the_truth_says(operation):
    field, point = field_of(operation)
    found = ran(code.closed_form_snippet(field, point))["gradient"](np.array(point))
    assert found == pytest.approx(gradviz.true_gradient(field, point).gradient, rel=1e-12, abs=1e-15)


# text, point, and why it could go wrong
TYPED = (
    ("x1^2 + x2^2", (3, 4), "the lesson"),
    ("2 ^ -x", (3,), "a number on the left, a sign in the exponent"),
    ("(-2)^2 * x", (3,), "a power of numbers alone"),
    ("1/3 + x/3", (1,), "a quotient of numbers alone"),
    ("sin(2) + x", (1,), "a function of a number alone"),
    ("5 if x < 0 else 7", (1,), "the branch is a number: nothing leads back to x"),
    ("f(x, y) = x^2", (3, 4), "a variable that does not occur"),
    ("f(x) = 5", (3,), "no variable occurs at all"),
    ("max(x, 2, 3x)", (3,), "three operands, one of them a number"),
    ("10^20 x + 1e300", (2,), "whole numbers too long for an int64"),
    ("lambda + class^2", (3, 2), "words that Python keeps for itself"),
)


@pytest.mark.parametrize(("text", "point", "why"), TYPED)
def test_what_is_typed_becomes_a_program_that_is_right(text, point, why):
    field = gradviz.parse(text, variables=("lambda", "class") if "lambda" in text else None)
    truth = gradviz.true_gradient(field, list(point)).gradient
    torch_grad = ran(code.torch_snippet(field, point))["x"].grad.numpy()
    closed = ran(code.closed_form_snippet(field, point))["gradient"](np.array(point, dtype=float))
    difference = ran(code.difference_snippet(field, point, 1e-6))["gradient"]
    assert torch_grad == pytest.approx(truth, rel=1e-14), why
    assert closed == pytest.approx(truth, rel=1e-14), why
    size = abs(float(field(list(point))))
    assert difference == pytest.approx(truth, rel=1e-4, abs=1e-4 + 1e-9 * size), why


def test_a_constant_has_a_program_as_well():
    field = gradviz.parse("2 pi")
    assert "6.28" in ran(code.torch_snippet(field, []))["said"]
    assert ran(code.difference_snippet(field, [], 0.1))["gradient"].size == 0
    assert ran(code.closed_form_snippet(field, []))["gradient"](np.array([])).size == 0


def test_parameters_are_their_numbers():
    field = gradviz.parse("a*x^2", parameters=("a",)).with_parameters(a=3.0)
    assert ran(code.torch_snippet(field, [2.0]))["x"].grad.tolist() == [12.0]


def test_names_a_visitor_chose_are_not_in_the_program():
    field = gradviz.parse("f(secret, open) = secret^2 + sin(open)")
    for program in (
        code.torch_snippet(field, [1, 2]),
        code.difference_snippet(field, [1, 2], 0.1),
        code.closed_form_snippet(field, [1, 2]),
    ):
        names = {node.id for node in ast.walk(ast.parse(program)) if isinstance(node, ast.Name)}
        assert not names & {"secret", "open"}
        ours = {"x", "f", "gradient", "step", "shift", "np", "torch", "math", "special", "print", "len"}
        assert all(name in ours or name[1:].isdigit() for name in names)


@pytest.mark.parametrize("write", [code.torch_snippet, code.closed_form_snippet])
def test_it_runs_as_a_file_of_its_own(write, tmp_path):
    """As a visitor runs it, with every warning an error; gradviz is not there to help."""
    path = tmp_path / "program.py"
    path.write_text(write(gradviz.parse("x1^2 + sin(x2)*pi"), [3, 0]), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-W", "error", str(path)], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert "6." in done.stdout
    assert "3.14" in done.stdout


@pytest.mark.parametrize(
    "text",
    ["x^2 + y^2", "x sin(y) + x^2", "exp(x)/(1 + exp(y))", "max(x, 2) y", "2^y - x"],
)
def test_what_it_computes_has_the_names_of_the_walk(text):
    field = gradviz.parse(text)
    graph = gradviz.trace(field, [0.6, 1.7])
    names = ran(code.torch_snippet(field, [0.6, 1.7]))
    computed = {
        name: node.value for name, node in zip(node_names(graph), graph.nodes, strict=True) if node.operands
    }
    assert [plain_label(name) for name in names if name[0] == "v"] == list(computed)
    for name, value in computed.items():
        (found,) = [tensor.item() for own, tensor in names.items() if plain_label(own) == name]
        assert found == value, name


def test_the_program_is_written_as_on_paper():
    program = code.torch_snippet(gradviz.parse("x1^2 + x2^2"), [3, 4])
    assert "v1 = x[0] ** 2" in program
    assert "v3.backward()" in program
    assert "math" not in program
