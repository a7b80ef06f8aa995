"""Every row of the table is the same function in every kind of number, and ends where the function ends.

All tests but the table of edges run over OPERATIONS itself: a new row is tested by being there. NumPy with
SciPy, mpmath, PyTorch and SymPy are four roads to one number; the derivative has mpmath's own difference
as a fifth.
"""

import itertools
import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from gradviz import ScalarField, gradient
from gradviz.symbolic.derivation import derive, publish, to_expression, to_sympy
from gradviz.tree.expression import Builder, Expression, evaluate
from gradviz.tree.kinds import COMPLEX, NUMPY, torch_kind
from gradviz.tree.operations import OPERATIONS
from tests.support.mpmath_functions import BeyondBounds
from tests.support.mpmath_rows import mpmath_kind

U = 2.0**-53
DIGITS = mpmath.MPContext()
DIGITS.dps = 40
MPMATH = mpmath_kind(DIGITS)
TORCH = torch_kind(torch)

# Both signs, both sides of 1, no integers and no halves: off every seam and pole. Chosen so that no
# derivative below is nearly 0, and a relative tolerance is one of a few roundings.
NUMBERS = (-7.3, -2.4, -0.9, -0.35, 0.3, 0.62, 1.25, 2.7, 9.6)
PAIRS = ((0.7, 1.3), (-2.4, 0.7), (3.1, -1.7), (-0.6, -2.3), (2.5, 3.0), (5.2, 0.45))
TRIPLES = ((0.7, 1.3, -0.4), (-2.4, 0.7, 3.3), (3.1, -1.7, 2.2))
TRUTHS = tuple(itertools.product((True, False), repeat=2))
# operands that are not just any numbers
PARTICULAR = {
    "root": tuple((a, n) for a in (-7.3, 0.3, 2.7) for n in (2.0, 3.0, 4.0, 5.0)),  # the order is a literal
    **{
        name: tuple((n, x) for n in (0.0, 1.0, 2.0, 7.0, -1.0, 0.5) for x in (-7.3, 0.3, 2.7, 9.6))
        for name in (*(f"bessel{letter}" for letter in "jyik"), "ive", "kve")
    },
    "lambertwm1": ((-0.36,), (-0.2,), (-1e-3,), (-0.1,), (0.3,), (-0.5,)),  # between −1/e and 0
    **dict.fromkeys(
        ("hurwitz", "hurwitzprime"),
        ((1.25, 0.7), (2.5, 1.3), (3.1, 0.3), (9.6, 2.7), (0.7, 1.3), (2.5, -0.7), (-1.5, 0.7)),
    ),
    "select": ((True, 0.7, 1.3), (False, 0.7, 1.3)),
    "and": TRUTHS,
    "or": TRUTHS,
    "not": ((True,), (False,)),
    "equal": (*PAIRS, (1.3, 1.3)),
    "not_equal": (*PAIRS, (1.3, 1.3)),
    "less_equal": (*PAIRS, (1.3, 1.3)),
    "greater_equal": (*PAIRS, (1.3, 1.3)),
}
LOGICAL = ("and", "or", "not")

ROWS = list(OPERATIONS.values())
NUMERIC = [row for row in ROWS if not row.boolean]
every_row = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
numeric_rows = pytest.mark.parametrize("row", NUMERIC, ids=lambda row: row.name)


def operands_of(row) -> tuple[tuple, ...]:
    """Operands to try the row at; where it has no value there all kinds of number must say so."""
    if row.name in PARTICULAR:
        return PARTICULAR[row.name]
    return {0: ((),), 1: tuple((a,) for a in NUMBERS), 2: PAIRS, None: (*PAIRS, *TRIPLES)}[row.arity]


def in_numpy(name: str, operands: tuple):
    with np.errstate(all="ignore"):
        return NUMPY.functions[name](*operands)


def exact(operands: tuple) -> tuple:
    return tuple(a if isinstance(a, bool) else DIGITS.mpf(a) for a in operands)


def in_mpmath(name: str, operands: tuple):
    return MPMATH.functions[name](*exact(operands))


def tensors(operands: tuple, *, leaves: bool = False) -> list[torch.Tensor]:
    return [
        torch.tensor(a)
        if isinstance(a, bool)
        else torch.tensor(a, dtype=torch.float64, requires_grad=leaves and not isinstance(a, bool))
        for a in operands
    ]


def applied(row, operands: tuple) -> tuple[Expression, dict[str, float]]:
    """The row as a tree of variables v0, v1, …, with its operands; what is boolean becomes 1 or 0."""
    builder = Builder()
    places, inputs = [], {}
    for i, operand in enumerate(operands):
        if i == row.fixed:
            places.append(builder.literal(Fraction(operand)))
            continue
        place = builder.variable(f"v{i}")
        inputs[f"v{i}"] = float(operand)
        if row.name in LOGICAL or (row.name == "select" and i == 0):
            place = builder.apply("greater", place, builder.apply("divide", *map(builder.literal, (1, 2))))
        places.append(place)
    root = builder.apply(row.name, *places)
    if row.boolean:
        root = builder.apply("select", root, builder.literal(1), builder.literal(0))
    return builder.build(root), inputs


def tolerance(row, operands: tuple, *, torch_too: bool = False) -> float:
    """Relative: the roundings that the row says it costs, and one for the comparison.

    a^(1/n) is taken by pow, to which the rounding of 1/n does |ln a|/n; PyTorch has Γ only by its logarithm,
    whose rounding is magnified |ln Γ| times.
    """
    units = row.roundings + 1.0
    if torch_too and row.name in ("root", "cbrt"):
        units += abs(math.log(abs(operands[0])))
    if torch_too and row.name in ("cot", "sec", "csc", "coth", "sech", "csch", "sinh", "cosh", "erfc"):
        units += 3
    if torch_too and row.name == "trigamma":
        units += 1e7  # a short series; it stands in no formula and in no gradient
    if torch_too and row.name == "gamma":
        units += 2 * abs(math.lgamma(operands[0]))
    if row.least or row.magnitude:
        value = abs(in_mpmath(row.name, operands))
        units *= float(row.rounded_as(float(value), operands) / value) if value else 1
    return units * U


def test_there_are_points_for_every_row():
    for row in NUMERIC:
        values = [in_numpy(row.name, operands) for operands in operands_of(row)]
        assert sum(math.isfinite(v) for v in values) >= min(2, len(values)) or row.name == "undefined"


@every_row
def test_numpy_is_mpmath_to_the_roundings_the_row_declares(row):
    for operands in operands_of(row):
        found, expected = in_numpy(row.name, operands), in_mpmath(row.name, operands)
        if row.boolean:
            assert bool(found) is bool(expected)
        elif DIGITS.isnan(expected):
            assert math.isnan(found), operands
        else:
            assert abs(DIGITS.mpf(float(found)) - expected) <= tolerance(row, operands) * abs(expected), (
                operands
            )


@every_row
def test_pytorch_is_mpmath(row):
    for operands in operands_of(row):
        found, expected = TORCH.functions[row.name](*tensors(operands)), in_mpmath(row.name, operands)
        if row.boolean:
            assert bool(found) is bool(expected)
            continue
        assert found.dtype == torch.float64
        if DIGITS.isnan(expected):
            assert math.isnan(found.item()), operands
        else:
            error = abs(DIGITS.mpf(found.item()) - expected)
            assert error <= tolerance(row, operands, torch_too=True) * abs(expected), operands


@every_row
def test_the_closed_form_is_the_same_function(row):
    """As SymPy knows it, to 30 digits; and turned back into a tree, to the roundings of that tree."""
    for operands in operands_of(row):
        expected = in_mpmath(row.name, operands)
        if not row.boolean and DIGITS.isnan(expected) and row.name != "undefined":
            continue  # SymPy goes on in the complex plane, and the reader of a closed form looks at f first
        expression, inputs = applied(row, operands)
        own = publish(expression, ())[0]
        exactly = {
            sympy.Symbol(name, real=True): sympy.Rational(*value.as_integer_ratio())
            for name, value in inputs.items()
        }
        slope = isinstance(own, sympy.Derivative)  # of zeta, which SymPy knows by its name alone
        if slope:
            (along,) = own.variables
            value = own.subs({s: x for s, x in exactly.items() if s != along}).doit_numerically(
                exactly[along]
            )
        else:
            value = own.subs(exactly).evalf(30)
        with np.errstate(all="ignore"):
            tree = float(evaluate(to_expression(to_sympy(expression)), NUMPY, inputs)[-1])
        if row.name == "undefined":
            assert value is sympy.nan
            assert math.isnan(tree)
            continue
        expected = DIGITS.mpf(int(expected) if isinstance(expected, bool) else expected)
        assert abs(DIGITS.mpf(sympy.Float(value, 30)._mpf_) - expected) <= abs(expected) * (
            1e-12 if slope else 1e-28
        ), operands
        assert abs(DIGITS.mpf(tree) - expected) <= (tolerance(row, operands) + 4 * U) * abs(expected), (
            operands
        )


@numeric_rows
def test_a_real_number_among_complex_ones_stays_what_it_is(row):
    """Constants of a complex step are real, and variables complex: both give the value NumPy gives."""
    for operands in operands_of(row):
        expected = in_numpy(row.name, operands)
        if math.isnan(expected):
            continue
        with np.errstate(all="ignore"):
            found = [COMPLEX.functions[row.name](*operands)]
            if row.complex is not None and row.arity:
                whole = [a if i == row.fixed else complex(a) for i, a in enumerate(operands)]
                found.append(row.complex(*whole))
        for value in found:
            assert np.imag(value) == 0
            assert np.real(value) == pytest.approx(expected, rel=8 * tolerance(row, operands))


def slopes_of(row):
    """Operands, place and derivative in NumPy numbers, for every place through which something flows."""
    for operands in operands_of(row):
        value = in_numpy(row.name, operands)
        if row.boolean or math.isnan(value):
            continue
        for place in range(len(operands)):
            with np.errstate(all="ignore"):
                slope = row.derivative(NUMPY, value, operands, place)
            if slope is not None:
                yield operands, place, float(slope)


# A rule divides, subtracts and multiplies a few times, on top of the value; no condition number at these
# points is above 16, but for exp(−a²), to which the rounding of the exponent does a²: 92 at 9.6.
RULE = 128 * U


def rule_tolerance(row, operands: tuple, slope: float) -> float:
    """Relative; the angle of Fresnel's integrals, πa²/2, is rounded a few times before its sine is taken."""
    return RULE + (4 * operands[0] ** 2 * U / abs(slope) if row.name.startswith("fresnel") else 0)


def lost_by_pytorch(row, operands: tuple, value: float, slope: float) -> float:
    """Relative: what PyTorch's own way to the derivative costs beyond the rule."""
    if row.name in ("tanh", "sigmoid", "coth"):  # from the value, as 1 − v² or v (1 − v), which cancels
        return 4 * U * (1 + value * value) / abs(slope)
    return 8 * tolerance(row, operands, torch_too=True)


@numeric_rows
def test_the_derivative_rule_is_the_same_in_many_digits(row):
    for operands, place, slope in slopes_of(row):
        numbers = exact(operands)
        expected = row.derivative(MPMATH, MPMATH.functions[row.name](*numbers), numbers, place)
        assert abs(DIGITS.mpf(slope) - expected) <= rule_tolerance(row, operands, slope) * abs(expected), (
            operands,
            place,
        )


@numeric_rows
def test_the_derivative_rule_is_the_derivative(row):
    """By mpmath's own difference of the value, in twice the digits."""
    for operands, place, slope in slopes_of(row):
        if DIGITS.isnan(in_mpmath(row.name, operands)):
            continue
        numbers = exact(operands)

        def along(a, numbers=numbers, place=place):
            return MPMATH.functions[row.name](*numbers[:place], a, *numbers[place + 1 :])

        expected = DIGITS.diff(along, numbers[place])
        assert (
            abs(DIGITS.mpf(slope) - expected) <= rule_tolerance(row, operands, slope) * abs(expected) + 1e-20
        ), (
            operands,
            place,
        )


@numeric_rows
def test_the_derivative_rule_is_what_pytorch_finds(row):
    for operands, place, slope in slopes_of(row):
        leaves = tensors(operands, leaves=True)
        output = TORCH.functions[row.name](*leaves)
        assert output.requires_grad
        (found,) = torch.autograd.grad(output, leaves[place], allow_unused=True)
        found = 0.0 if found is None else found.item()
        lost = lost_by_pytorch(row, operands, output.item(), slope)
        assert found == pytest.approx(slope, rel=RULE + lost, abs=1e-300), (operands, place)


@numeric_rows
def test_the_complex_step_finds_the_derivative(row):
    if row.complex is None or not row.arity:
        return
    for operands, place, slope in slopes_of(row):
        whole = list(operands)
        whole[place] = operands[place] + 1e-40j
        with np.errstate(all="ignore"):
            found = np.imag(row.complex(*whole)) / 1e-40
        assert found == pytest.approx(slope, rel=RULE), (operands, place)


@numeric_rows
def test_where_a_row_is_not_analytic_the_complex_step_says_so(row):
    """Never a number: Im f(x + ih)/h of |x|, a floor or a condition is one without meaning."""
    if row.complex is not None:
        return
    for operands in operands_of(row):
        expression, inputs = applied(row, operands)
        field = ScalarField("", tuple(inputs), expression)
        if not math.isnan(float(field(list(inputs.values())))):
            estimate = gradient(field, list(inputs.values()), "complex-step", 1e-30)
            assert estimate.status == "not applicable"
            assert np.isnan(estimate.gradient).all()


@numeric_rows
def test_sympy_differentiates_to_the_same_number(row):
    for operands, place, slope in slopes_of(row):
        if row.derivatives == (None,) or isinstance(operands[place], bool):
            continue
        expression, inputs = applied(row, operands)
        trees, _, _ = derive(expression, (f"v{place}",))
        with np.errstate(all="ignore"):
            found = float(evaluate(trees[0], NUMPY, inputs)[-1])
        assert found == pytest.approx(slope, rel=2 * RULE), (operands, place)


@every_row
def test_where_a_row_is_not_smooth_a_switch_is_zero(row):
    """And away from there none is: the points of this file are off every seam."""
    if row.switches is None:
        return
    for operands in operands_of(row):
        if row.boolean and operands[0] == operands[-1]:
            continue
        with np.errstate(all="ignore"):
            quantities = row.switches(NUMPY, *operands)
        assert all(q != 0 for q in quantities), operands


NAN, INF = math.nan, math.inf
# row, operands, value, why
EDGES = [
    ("divide", (1.0, 0.0), NAN, "a pole has no value, though IEEE arithmetic says ∞"),
    ("divide", (0.0, 0.0), NAN, "0/0"),
    ("divide", (1.0, -0.0), NAN, "no other pole on the side of −0"),
    ("power", (0.0, -1.0), NAN, "a pole, by products"),
    ("power", (0.0, -0.5), NAN, "a pole, by pow"),
    ("power", (0.0, 0.0), 1.0, "the empty product"),
    ("power", (0.0, 0.5), 0.0, "a root of 0"),
    (
        "power",
        (-8.0, 1 / 3),
        NAN,
        "the principal power is complex; cbrt is the real root",
    ),
    ("power", (-2.0, 3.0), -8.0, "a whole exponent"),
    ("power", (-2.0, -3.0), -0.125, "a whole exponent below 0"),
    ("power", (-2.0, 101.0), -(2.0**101), "a whole exponent too large for products"),
    ("power", (NAN, 0.0), NAN, "what has no value has no power, though IEEE has nan⁰ = 1"),
    ("power", (1.0, NAN), NAN, "nor is it an exponent, though IEEE has 1^nan = 1"),
    ("sqrt", (-1.0,), NAN, "outside"),
    ("sqrt", (0.0,), 0.0, "on the edge, inside"),
    ("cbrt", (-8.0,), -2.0, "the real root"),
    ("root", (-32.0, 5.0), -2.0, "the real root of odd order"),
    ("root", (-16.0, 4.0), NAN, "no real root of even order"),
    ("root", (0.0, 4.0), 0.0, "on the edge, inside"),
    ("log", (0.0,), NAN, "a pole"),
    ("log", (-1.0,), NAN, "outside"),
    ("log2", (0.0,), NAN, "a pole"),
    ("log2", (8.0,), 3.0, "exactly"),
    ("log10", (0.0,), NAN, "a pole"),
    ("log10", (1000.0,), 3.0, "exactly"),
    ("cot", (0.0,), NAN, "a pole"),
    ("csc", (0.0,), NAN, "a pole"),
    ("coth", (0.0,), NAN, "a pole"),
    ("csch", (0.0,), NAN, "a pole"),
    ("asin", (2.0,), NAN, "outside"),
    ("asin", (1.0,), math.pi / 2, "on the edge, inside"),
    ("acos", (-2.0,), NAN, "outside"),
    ("acos", (-1.0,), math.pi, "on the edge, inside"),
    ("acosh", (0.5,), NAN, "outside"),
    ("acosh", (1.0,), 0.0, "on the edge, inside"),
    ("atanh", (1.0,), NAN, "a pole"),
    ("atanh", (-1.0,), NAN, "a pole"),
    ("atanh", (1.5,), NAN, "outside"),
    ("atan2", (0.0, 0.0), NAN, "no angle"),
    ("atan2", (0.0, -1.0), math.pi, "on the cut"),
    ("atan2", (-0.0, -1.0), math.pi, "−0 is 0: a zero's sign is no side of the cut"),
    ("mod", (1.0, 0.0), NAN, "no remainder"),
    ("mod", (-1.0, 3.0), 2.0, "the sign of the divisor"),
    ("mod", (1.0, -3.0), -2.0, "the sign of the divisor"),
    ("gamma", (0.0,), NAN, "a pole"),
    ("gamma", (-1.0,), NAN, "a pole"),
    ("gamma", (-0.5,), -2 * math.sqrt(math.pi), "between poles"),
    ("log1p", (-1.0,), NAN, "a pole"),
    ("log1p", (-2.0,), NAN, "outside"),
    ("log1p", (1e-20,), 1e-20, "1 + a is never formed"),
    ("expm1", (1e-20,), 1e-20, "e^a is never formed"),
    ("loggamma", (0.0,), NAN, "a pole"),
    ("loggamma", (-0.5,), NAN, "the logarithm of a negative Γ"),
    ("loggamma", (-1.5,), NAN, "Γ > 0, but the branch that is continued from the right is complex"),
    ("digamma", (0.0,), NAN, "a pole"),
    ("digamma", (-3.0,), NAN, "a pole"),
    ("trigamma", (0.0,), NAN, "a pole"),
    ("trigamma", (-2.0,), NAN, "a pole"),
    ("sinc", (0.0,), 1.0, "filled in"),
    ("heaviside", (0.0,), 0.5, "half"),
    ("sign", (0.0,), 0.0, "0"),
    ("relu", (0.0,), 0.0, "0"),
    ("relu", (NAN,), NAN, "a hole stays a hole"),
    ("heaviside", (NAN,), NAN, "a hole stays a hole"),
    ("sign", (NAN,), NAN, "a hole stays a hole"),
    ("max", (NAN, 1.0), NAN, "a hole stays a hole"),
    ("min", (1.0, NAN), NAN, "a hole stays a hole"),
    ("sigmoid", (-700.0,), math.exp(-700), "does not overflow"),
    ("softplus", (800.0,), 800.0, "does not overflow"),
    ("exp", (1000.0,), INF, "overflow, the one way to ∞"),
    ("power", (10.0, 400.0), INF, "overflow"),
    ("power", (1e-200, -2.0), INF, "overflow: the base is not 0 though its square rounds to it"),
    ("cosh", (1000.0,), INF, "overflow"),
    ("gamma", (172.0,), INF, "overflow"),
    ("multiply", (1e200, 1e200), INF, "overflow"),
]


@pytest.mark.parametrize(("name", "operands", "value", "why"), EDGES)
def test_a_domain_ends_in_the_same_place_for_all(name, operands, value, why):
    found, expected = float(in_numpy(name, operands)), in_mpmath(name, operands)
    if math.isnan(value):
        assert math.isnan(found), why
        assert DIGITS.isnan(expected), why
    else:
        assert found == pytest.approx(value, rel=2 * U), why
        assert math.isinf(value) or abs(expected - value) <= 2 * U * abs(value), why
        assert DIGITS.isfinite(expected), why


def test_the_wraps_of_a_remainder_are_counted_by_the_remainder():
    """5.2/0.4 is 13 in float64 and 12.999… in truth: the slope along the divisor is −12, without a seam."""
    row = OPERATIONS["mod"]
    value = in_numpy("mod", (5.2, 0.4))
    assert 5.2 / 0.4 == 13
    assert value == pytest.approx(0.4)
    assert row.derivative(NUMPY, value, (5.2, 0.4), 1) == -12
    assert all(q != 0 for q in row.switches(NUMPY, 5.2, 0.4))
    assert 0 in [float(q) for q in row.switches(NUMPY, 6.0, 3.0)]


EXTREME = st.one_of(
    st.floats(-30, 30),
    st.floats(allow_nan=False, allow_infinity=False),
    st.integers(-200, 200).map(float),
    st.sampled_from([0.0, -0.0, 1.0, -1.0, 0.5, math.pi / 2, 5e-324, 1e-310, 1e308, -1e308]),
)
LARGEST = DIGITS.mpf(np.finfo(float).max)
SMALLEST = DIGITS.mpf(5e-324)


def units_anywhere(row, operands: tuple, value) -> float:
    """In u: the row's roundings for ordinary operands, and what is known of powers elsewhere."""
    if row.name in ("digamma", "trigamma"):
        return math.inf  # they stand in derivative rules only, and are judged there
    if row.magnitude:
        return row.roundings * float(row.rounded_as(abs(float(value)), operands) / (abs(value) or 5e-324)) + 2
    if row.least:  # near its zeros it is good to u, not to u |v|
        return row.roundings + 2 + max(10, row.roundings * row.least) / max(float(abs(value)), 1e-300)
    if row.name == "logaddexp":  # nearly 0 it is the sum of two numbers that are not
        return row.roundings + 2 + 2 / max(float(abs(value)), 1e-300)
    if row.name == "power" and operands[1] == int(operands[1]) and abs(operands[1]) <= 64:
        return abs(operands[1]) + 2  # products
    return row.roundings + 2


@numeric_rows
@settings(max_examples=60)
@given(operands=st.tuples(EXTREME, EXTREME))
def test_everywhere_numpy_has_the_value_or_says_that_there_is_none(row, operands):
    if row.name in PARTICULAR or not row.arity:
        return
    operands = operands[: row.arity]
    if row.name == "mod" and operands[1] and abs(operands[0]) / 1e20 > abs(operands[1]):
        return  # the oracle has 40 digits
    found = float(in_numpy(row.name, operands))
    try:
        expected = in_mpmath(row.name, operands)
    except BeyondBounds:
        return
    if DIGITS.isnan(expected):
        assert math.isnan(found)
    elif math.isinf(found):
        assert abs(expected) > LARGEST * (1 - 1e-12)
    else:
        error = abs(DIGITS.mpf(found) - expected)
        assert error <= units_anywhere(row, operands, expected) * U * abs(expected) + 64 * SMALLEST
