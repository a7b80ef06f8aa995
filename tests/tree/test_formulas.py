"""The written formulas of the local derivatives: held to many-digit differences, and counted by hand."""

import math

import mpmath
import numpy as np
import pytest

from gradviz.tree import formulas
from gradviz.tree.kinds import NUMPY
from gradviz.tree.operations import OPERATIONS
from gradviz.tree.operations.derivative import LETTERS, Derivative
from tests.support.mpmath_rows import MPMATH

# Where the usual (0.6, 1.7, −0.4) lies outside the domain, or where an operand must be whole.
ELSEWHERE = {
    "acosh": (1.8,),
    "root": (0.6, 3),
    "lambertwm1": (-0.2,),
    "hurwitz": (2.6, 1.7),
    "hurwitzprime": (2.6, 1.7),
    "euler_beta": (0.6, 1.7),
    "betaln": (0.6, 1.7),
    **{f"bessel{letter}": (2, 1.7) for letter in "jyik"},
    **dict.fromkeys(("ive", "kve"), (2, 1.7)),
    "coth": (0.9,),
}
NAMES = {name: row.numpy for name, row in OPERATIONS.items()} | {"ln": np.log, "pi": math.pi}
DERIVED = [
    (name, place)
    for name, row in OPERATIONS.items()
    for place in range(len(row.derivatives))
    if (written := row.written_derivative(place)) is not None and " if " not in written
]


def evaluated(text: str, operands: tuple) -> float:
    letters = dict(zip(LETTERS, operands, strict=False))
    return float(eval(text.replace("^", "**"), {}, NAMES | letters))  # our own text, not a visitor's


def operands_of(name: str) -> tuple:
    return ELSEWHERE.get(name, (0.6, 1.7, -0.4)[: OPERATIONS[name].arity])


@pytest.mark.parametrize("row", OPERATIONS.values(), ids=lambda row: row.name)
def test_every_operation_has_a_derivative_for_each_operand(row):
    assert len(row.derivatives) == (1 if row.arity is None else row.arity)


@pytest.mark.parametrize("text", ["a @ b", "a < b", "a and b", "'a'", "a[0]", "a.real", "lambda: a"])
def test_what_is_no_formula_is_refused(text):
    with pytest.raises(ValueError, match="not a formula"):
        Derivative(text).rule("sin(a)")


def test_the_known_value_is_not_computed_again():
    """exp′ = exp: its rule hands back the value that it is given."""
    assert Derivative("exp(a)").rule("exp(a)")(NUMPY, "known", 1.0) == "known"


@pytest.mark.parametrize(("name", "place"), DERIVED)
def test_the_derivative_is_that_of_the_operation(name, place):
    """By a difference of 40 digits, an oracle that knows no rule."""
    operands = operands_of(name)
    with mpmath.workdps(40):

        def moved(a):
            changed = [*operands[:place], a, *operands[place + 1 :]]
            return MPMATH[name](mpmath.mp, *(mpmath.mpf(x) for x in changed))

        h = mpmath.mpf(10) ** -12
        slope = (moved(operands[place] + h) - moved(operands[place] - h)) / (2 * h)
    written = formulas.derivative_formula(name, place)
    assert evaluated(written, operands) == pytest.approx(float(slope), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("name", sorted({name for name, _ in DERIVED}))
def test_the_value_is_that_of_the_operation(name):
    operands = operands_of(name)
    assert evaluated(OPERATIONS[name].formula, operands) == pytest.approx(
        float(OPERATIONS[name].numpy(*operands)), rel=1e-12
    )


# operation, place, texts of the constant operands, what is read
READ = (
    ("multiply", 0, [None, None], "∂(a·b)/∂a = b"),
    ("power", 0, [None, "2"], "∂(a²)/∂a = 2·a"),
    ("power", 0, [None, "3"], "∂(a³)/∂a = 3·a²"),
    ("power", 0, [None, "0.5"], "∂(a^0.5)/∂a = 0.5·a^(0.5 − 1)"),
    ("power", 1, ["2", None], "∂(2^b)/∂b = 2^b·ln(2)"),
    ("divide", 1, [None, None], "∂(a/b)/∂b = −a/b²"),
    ("sqrt", 0, [None], "∂√(a)/∂a = 1/(2·√(a))"),
    ("sin", 0, [None], "∂sin(a)/∂a = cos(a)"),
    ("max", 1, [None, None], "∂max(a, b)/∂b = 1 if greatest else 0"),
    ("less", 0, [None, None], ""),
)


@pytest.mark.parametrize(("name", "place", "constants", "read"), READ)
def test_a_local_derivative_is_read_as_on_paper(name, place, constants, read):
    assert formulas.local_derivative(name, place, constants) == read


@pytest.mark.parametrize(
    ("name", "place", "count", "why"),
    [
        ("add", 0, 0, "1 is there"),
        ("multiply", 0, 0, "the other factor is there"),
        ("negate", 0, 0, "a sign is free"),
        ("sin", 0, 1, "one cosine"),
        ("exp", 0, 0, "its own value"),
        ("tanh", 0, 2, "1 − v²: a square and a difference, the tanh is there"),
        ("power", 0, 3, "n·a^(n−1): a difference, a power, a product"),
        ("divide", 1, 2, "−a/b²: a square and a quotient"),
        ("max", 0, 0, "only looked up"),
    ],
)
def test_what_a_derivative_costs(name, place, count, why):
    assert formulas.cost(name, place) == count, why


@pytest.mark.parametrize(
    ("name", "place", "constants", "count", "why"),
    [
        ("power", 0, (None, "2"), 1, "2·a"),
        ("power", 0, (None, "3"), 2, "3·a²"),
        ("power", 1, ("2", None), 1, "2^b is there and ln 2 a number"),
        ("divide", 0, (None, "4"), 0, "1/4 is a number"),
    ],
)
def test_what_is_made_of_numbers_alone_costs_nothing(name, place, constants, count, why):
    assert formulas.cost(name, place, constants) == count, why


def test_of_many_operands_the_first_are_written():
    assert formulas.value_formula("max", 2) == "max(a, b)"
    assert formulas.value_formula("max", 5) == "max(a, b, c, …)"


def test_a_name_is_never_taken_for_a_letter_of_the_formula():
    assert formulas.filled("a*b", ["b", "rate_a"]) == "b*rate_a"
    assert formulas.filled("tan(a)^2", ["x"]) == "tan(x)^2"
