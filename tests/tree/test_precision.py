"""The four precisions: rounding to them, and every method run in each.

Compared with the same worked by hand in that type's own scalars, or in exact fractions with the rounding
written out.
"""

import math
import pickle
from collections.abc import Callable
from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special

import gradviz
from gradviz import METHODS, GradvizError, gradient, parse, sweep, true_gradient
from gradviz.methods.differences import STENCILS, vanished
from gradviz.methods.steps import Arithmetic
from gradviz.sweeping.sweep import family
from gradviz.tree.precision import FLOAT64, PRECISIONS
from tests.methods.test_methods import POINTS, TEXTS, field_of

NARROW = ("float32", "float16", "bfloat16")
SEED = parse("x1^2 + x2^2")

# --- the table, and rounding ---


@pytest.mark.parametrize("name", PRECISIONS)
def test_a_row_says_what_the_type_is(name):
    row, told = PRECISIONS[name], torch.finfo(getattr(torch, name))
    assert row.name == name
    assert (row.unit_roundoff, row.largest) == (told.eps / 2, told.max)
    assert row.smallest == told.smallest_normal * told.eps  # the smallest of the numbers with fewer bits
    assert row.bits == 1 - round(math.log2(told.eps))
    assert row.digits == math.ceil(1 + row.bits * math.log10(2))  # enough to tell neighbours apart
    assert row.decimals == {"float64": 16, "float32": 7, "float16": 3, "bfloat16": 2}[name]
    assert (row.complex is None) == (name in ("float16", "bfloat16"))


FLOATS = st.floats(allow_nan=False, allow_infinity=False)
NEAR_THE_ENDS = st.one_of(
    FLOATS,
    st.floats(-1e5, 1e5),
    st.floats(-1e-3, 1e-3),
    st.floats(-1e-36, 1e-36),
    st.floats(-4e38, 4e38),
)


@given(NEAR_THE_ENDS)
def test_rounding_is_that_of_exact_fractions(x):
    for name in NARROW:
        assert PRECISIONS[name].rounded(x) == PRECISIONS[name].nearest(Fraction(x))


@given(NEAR_THE_ENDS)
def test_rounding_is_that_of_numpy(x):
    for name, kind in (("float64", np.float64), ("float32", np.float32), ("float16", np.float16)):
        with np.errstate(over="ignore"):
            assert PRECISIONS[name].rounded(x) == kind(x)


@given(st.floats(width=32, allow_nan=False))
def test_rounding_is_that_of_pytorch(x):
    """From float32: from float64 PyTorch rounds twice."""
    found = torch.tensor(x, dtype=torch.float32).bfloat16().item()
    assert PRECISIONS["bfloat16"].rounded(x) == found


# value, type, what it is rounded to, why
ROUNDED = [
    (1 + 2.0**-8, "bfloat16", 1.0, "a tie goes to the even neighbour"),
    (1 + 3 * 2.0**-8, "bfloat16", 1 + 2.0**-6, "a tie goes to the even neighbour, upwards"),
    (1 + 2.0**-8 + 2.0**-40, "bfloat16", 1 + 2.0**-7, "no tie, though float32 between would make it one"),
    (1 + 2.0**-24, "float32", 1.0, "a tie"),
    (0.1, "float16", 0.0999755859375, "1638/16384, the nearest with 11 bits"),
    (65519.99, "float16", 65504.0, "nearer to the largest than to 65536"),
    (65520.0, "float16", math.inf, "the tie between 65504 and 65536 overflows"),
    (-1e39, "float32", -math.inf, "past the range"),
    (2.0**-25, "float16", 0.0, "half the smallest, a tie"),
    (1.1 * 2.0**-25, "float16", 2.0**-24, "above it"),
    (math.inf, "bfloat16", math.inf, "infinity stays"),
]


@pytest.mark.parametrize(("value", "name", "expected", "reason"), ROUNDED)
def test_rounding_by_hand(value, name, expected, reason):
    row = PRECISIONS[name]
    assert row.rounded([value, -value]).tolist() == [expected, -expected], reason
    if math.isfinite(value):
        assert row.nearest(Fraction(value)) == expected, reason
    assert math.isnan(row.rounded(math.nan))


@given(st.fractions(), st.integers(-160, 160))
def test_a_literal_is_the_nearest_number_of_the_type(value, exponent):
    """Exactly: no neighbour is nearer."""
    value *= Fraction(2) ** exponent
    for row in PRECISIONS.values():
        found = row.nearest(value)
        if math.isinf(found):
            assert abs(value) > row.largest
            continue
        distance = abs(Fraction(found) - value)
        for neighbour in row.neighbours(found):
            assert math.isinf(neighbour) or distance <= abs(Fraction(neighbour) - value)


@given(st.floats(width=16, allow_nan=False, allow_infinity=False))
def test_neighbours_are_those_of_numpy(x):
    for name, kind in (("float64", np.float64), ("float32", np.float32), ("float16", np.float16)):
        if abs(x) < PRECISIONS[name].largest:
            below, above = PRECISIONS[name].neighbours(x)
            assert (below, above) == (
                np.nextafter(kind(x), kind(-np.inf)),
                np.nextafter(kind(x), kind(np.inf)),
            )


@pytest.mark.parametrize("dtype", ["double", "Float32", "", None, 32, "float8; drop"])
def test_an_unknown_precision_is_refused_with_the_names(dtype):
    for asked in (
        lambda: gradient(SEED, [3, 4], dtype=dtype),
        lambda: sweep(SEED, [3, 4], dtype=dtype),
        lambda: true_gradient(SEED, [3, 4], dtype=dtype),
    ):
        with pytest.raises(GradvizError, match="float64, float32, float16, bfloat16"):
            asked()


# --- quotients by hand, in the scalars of the type ---


def numpy_scalars(kind: Callable) -> SimpleNamespace:
    def through(function):
        return lambda a: kind(function(a))

    return SimpleNamespace(
        of=kind,
        sin=np.sin,
        exp=np.exp,
        log=np.log,
        sqrt=np.sqrt,
        tanh=np.tanh,
        gamma=through(special.gamma),
        sigmoid=through(special.expit),
        erf=through(special.erf),
        float=float,
    )


def tensor_scalars() -> SimpleNamespace:
    return SimpleNamespace(
        of=lambda x: torch.tensor(x, dtype=torch.bfloat16),
        sin=torch.sin,
        exp=torch.exp,
        log=torch.log,
        sqrt=torch.sqrt,
        tanh=torch.tanh,
        gamma=lambda a: torch.exp(torch.lgamma(a)),  # of positive numbers
        sigmoid=torch.sigmoid,
        erf=torch.erf,
        float=lambda a: a.item(),
    )


SCALARS = {
    "float32": numpy_scalars(np.float32),
    "float16": numpy_scalars(np.float16),
    "bfloat16": tensor_scalars(),
}

# formula, the same in scalars m of a type, a point
BY_HAND = [
    ("x1^2 + x2^2", lambda m, x, y: x * x + y * y, (3, 4)),
    ("x^3 - 2x*y + 0.1", lambda m, x, y: x * x * x - m.of(2) * x * y + m.of(0.1), (1.3, -0.7)),
    ("x^4/7 + y", lambda m, x, y: (x * x) * (x * x) / m.of(7) + y, (1.3, -0.7)),
    ("sin(x)*exp(y)", lambda m, x, y: m.sin(x) * m.exp(y), (0.8, 0.5)),
    ("sin(pi*x)", lambda m, x: m.sin(m.of(math.pi) * x), (0.3,)),
    ("ln(x) + sqrt(x)/3", lambda m, x: m.log(x) + m.sqrt(x) / m.of(3), (2.2,)),
    ("|x - 1|*y", lambda m, x, y: abs(x - m.of(1)) * y, (0.4, 3)),
    ("x^2 if x > y else x*y", lambda m, x, y: x * x if x > y else x * y, (1.1, 1)),
    ("max(x, y^2)", lambda m, x, y: max(x, y * y), (1.1, 0.9)),
    ("gamma(x)", lambda m, x: m.gamma(x), (2.6,)),
    ("sigmoid(x) + erf(y)", lambda m, x, y: m.sigmoid(x) + m.erf(y), (0.3, -0.4)),
    ("tanh(x)/(x - 0.3)", lambda m, x: m.tanh(x) / (x - m.of(0.3)), (1.7,)),
]


def quotient_by_hand(name: str, f: Callable, m: SimpleNamespace, h):
    """One quotient of f, a function of one scalar of the type."""
    two, eight, nine, twelve, fortyfive, sixty = (m.of(float(k)) for k in (2, 8, 9, 12, 45, 60))
    three = m.of(3.0)
    if name == "forward":
        return (f(h) - f(-m.of(0.0))) / h
    if name == "backward":
        return (f(m.of(0.0)) - f(-h)) / h
    if name == "central":
        return (f(h) - f(-h)) / (two * h)
    if name == "central4":
        return (eight * (f(h) - f(-h)) - (f(two * h) - f(-(two * h)))) / (twelve * h)
    inner = fortyfive * (f(h) - f(-h)) - nine * (f(two * h) - f(-(two * h)))
    return (inner + (f(three * h) - f(-(three * h)))) / (sixty * h)


@pytest.mark.parametrize("name", STENCILS)
@pytest.mark.parametrize("dtype", NARROW)
@pytest.mark.parametrize(("text", "function", "point"), BY_HAND, ids=[row[0] for row in BY_HAND])
def test_every_operation_of_a_quotient_is_rounded(text, function, point, dtype, name):
    m = SCALARS[dtype]
    x = [m.of(PRECISIONS[dtype].rounded(c).item()) for c in point]
    for step in (0.1, 0.03125, 0.004):
        h = m.of(PRECISIONS[dtype].rounded(step).item())
        expected = [
            m.float(
                quotient_by_hand(
                    name, lambda d, i=i: function(m, *(c + d if i == k else c for k, c in enumerate(x))), m, h
                )
            )
            for i in range(len(x))
        ]
        estimate = gradient(parse(text), point, name, step, dtype=dtype)
        assert estimate.gradient.tolist() == expected
        assert estimate.gradient.dtype == np.float64
        assert (estimate.dtype, estimate.step) == (dtype, step)


def once_rounded(value: Fraction, bits: int) -> Fraction:
    """The nearest fraction with so many significant bits, ties to even: written out, for numbers near 1."""
    if not value:
        return value
    exponent = 0
    while abs(value) >= Fraction(2) ** exponent:
        exponent += 1
    while abs(value) < Fraction(2) ** (exponent - 1):
        exponent -= 1
    unit = Fraction(2) ** (exponent - bits)
    whole, rest = divmod(abs(value) / unit, 1)
    whole += rest > Fraction(1, 2) or (rest == Fraction(1, 2) and whole % 2 == 1)
    return whole * unit if value > 0 else -whole * unit


@pytest.mark.parametrize(
    ("dtype", "bits"), [("float64", 53), ("float32", 24), ("float16", 11), ("bfloat16", 8)]
)
@pytest.mark.parametrize("step", [0.5, 0.1, 0.01, 1e-3])
def test_the_lesson_in_exact_fractions(dtype, bits, step):
    """x² + y² at (3, 4): each sum, product and quotient exact, then rounded."""

    def r(value):
        return once_rounded(value, bits)

    h, x, y = r(Fraction(step)), Fraction(3), Fraction(4)

    def f(x, y):
        return r(r(x * x) + r(y * y))

    forward = [r(r(f(r(x + h), y) - f(x, y)) / h), r(r(f(x, r(y + h)) - f(x, y)) / h)]
    central = [
        r(r(f(r(x + h), y) - f(r(x - h), y)) / (2 * h)),
        r(r(f(x, r(y + h)) - f(x, r(y - h))) / (2 * h)),
    ]
    for name, expected in (("forward", forward), ("central", central)):
        found = gradient(SEED, [3, 4], name, step, dtype=dtype).gradient
        assert [Fraction(g) for g in found] == expected


# --- the other methods by hand ---

# formula, its partial derivatives as SymPy writes them in scalars m, a point
CLOSED = [
    ("x1^2 + x2^2", (lambda m, x, y: m.of(2) * x, lambda m, x, y: m.of(2) * y), (3.3, 4.7)),
    ("exp(x)", (lambda m, x: m.exp(x),), (1.7,)),
    ("x^3/3", (lambda m, x: x * x,), (1.7,)),
]


@pytest.mark.parametrize("dtype", NARROW)
@pytest.mark.parametrize(("text", "partials", "point"), CLOSED, ids=[row[0] for row in CLOSED])
def test_the_closed_form_is_evaluated_in_the_type(text, partials, point, dtype):
    m = SCALARS[dtype]
    x = [m.of(PRECISIONS[dtype].rounded(c).item()) for c in point]
    found = gradient(parse(text), point, "symbolic", dtype=dtype).gradient
    assert found.tolist() == [m.float(partial(m, *x)) for partial in partials]


@pytest.mark.parametrize("dtype", PRECISIONS)
def test_back_propagation_runs_in_pytorchs_own_type(dtype):
    leaves = [
        torch.tensor(PRECISIONS[dtype].rounded(c).item(), dtype=getattr(torch, dtype), requires_grad=True)
        for c in (0.8, 0.5)
    ]
    x, y = leaves
    (torch.sin(x) * torch.exp(y) + x / y).backward()
    expected = [leaf.grad.item() for leaf in leaves]
    found = gradient(parse("sin(x)*exp(y) + x/y"), (0.8, 0.5), "backprop", dtype=dtype).gradient
    assert found.tolist() == expected


def test_the_complex_step_of_float32_is_one_of_complex64():
    x, h = np.float32(0.7), np.float32(1e-20)
    z = np.complex64(x + 1j * h)
    expected = np.imag(np.exp(z) * np.sin(z)) / h
    assert expected.dtype == np.float32
    found = gradient(parse("exp(x)*sin(x)"), [0.7], "complex-step", 1e-20, dtype="float32").gradient
    assert found.tolist() == [float(expected)]


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_without_complex_numbers_there_is_no_complex_step(dtype):
    estimate = gradient(SEED, [3, 4], "complex-step", dtype=dtype)
    assert (estimate.status, np.isnan(estimate.gradient).all()) == ("not applicable", True)
    assert dtype in estimate.note
    swept = sweep(SEED, [3, 4], [0.1], ("complex-step",), dtype=dtype)
    assert np.isnan(swept.gradients["complex-step"]).all()
    assert math.isnan(swept.model["complex-step"].best_step)


# formula, point: smooth, of moderate size, so that half the digits of a type are within reach
SMOOTH = [
    ("x1^2 + x2^2", (3, 4)),
    ("sin(x)*cos(y)", (0.8, 0.5)),
    ("exp(x*y)/(1 + x^2)", (0.4, 1.2)),
    ("1/x", (1.5,)),
    ("ln(1 + x^2)", (-2.3,)),
]


@pytest.mark.parametrize("dtype", PRECISIONS)
@pytest.mark.parametrize(("text", "point"), SMOOTH, ids=[row[0] for row in SMOOTH])
def test_the_adaptive_difference_knows_the_noise_of_the_type(text, point, dtype):
    """Its bar covers its error, and where a ladder has rungs enough the error is a few roundings."""
    field = parse(text)
    estimate = gradient(field, point, "adaptive", dtype=dtype)
    truth = true_gradient(field, point, dtype=dtype).gradient
    u = PRECISIONS[dtype].unit_roundoff
    errors = np.abs(estimate.gradient - truth)
    assert (errors <= 1.1 * estimate.error_bar + u * np.abs(truth)).all()
    if dtype in ("float64", "float32"):
        assert (errors <= 60 * u * (1 + np.abs(truth))).all()
    assert np.array_equal(PRECISIONS[dtype].rounded(estimate.gradient), estimate.gradient)


@settings(max_examples=60)
@given(TEXTS, POINTS, st.sampled_from(NARROW), st.sampled_from([0.3, 0.01, 1e-4, 1e-9]))
def test_every_gradient_is_made_of_numbers_of_the_type(text, point, dtype, step):
    field = field_of(text)
    for method in METHODS:
        if method.name == "symbolic":  # SymPy takes its time, and has its own test above
            continue
        estimate = gradient(field, point, method.name, step, dtype=dtype)
        rounded = PRECISIONS[dtype].rounded(estimate.gradient)
        assert np.array_equal(rounded, estimate.gradient, equal_nan=True)
        assert estimate.gradient.shape == (len(field.variables),)


@settings(max_examples=60)
@given(TEXTS, POINTS, st.sampled_from(NARROW))
def test_narrower_numbers_are_off_by_no_more_than_their_noise(text, point, dtype):
    """The bound of the model, and a few roundings of the quotient itself and of the formula's decimals."""
    field = field_of(text)
    swept = sweep(field, point, np.logspace(-4, -1, 13), tuple(STENCILS), dtype=dtype)
    if not swept.truth.differentiable or np.isnan(swept.derivatives).any():
        return
    u = PRECISIONS[dtype].unit_roundoff
    for name in STENCILS:
        model = swept.model[name]
        bound = model.truncation + model.roundoff
        allowed = 2 * bound + 40 * u * (1 + np.linalg.norm(swept.derivatives, axis=0).max())
        errors = swept.errors[name]
        assert (errors[~np.isnan(errors)] <= allowed[~np.isnan(errors)]).all()


# --- the truth, the sweep, the family ---


def test_the_truth_starts_from_the_rounded_point():
    """(x²)′ = 2x, and twice a number of a type is one: exact whatever the type."""
    for dtype, row in PRECISIONS.items():
        assert true_gradient(parse("x^2"), [0.1], dtype=dtype).gradient == 2 * row.rounded(0.1)


@pytest.mark.parametrize("dtype", PRECISIONS)
def test_decimals_of_the_formula_stay_exact_in_the_truth(dtype):
    assert true_gradient(parse("0.1x"), [3], dtype=dtype).gradient.tolist() == [0.1]
    assert gradient(parse("0.1x"), [3], "backprop", dtype=dtype).gradient == PRECISIONS[dtype].rounded(0.1)


def test_parameters_are_rounded_like_the_point():
    field = parse("a*x^2", parameters=("a",)).with_parameters(a=0.1)
    for dtype, row in PRECISIONS.items():
        a = row.rounded(0.1).item()
        assert true_gradient(field, [0.5], dtype=dtype).gradient == a
        for name in ("symbolic", "backprop", "adaptive"):
            assert gradient(field, [0.5], name, dtype=dtype).gradient == pytest.approx(
                a, rel=4 * row.unit_roundoff
            )
        swept = sweep(field, [0.5], [0.25], ("forward", "complex-step"), dtype=dtype)
        assert swept.truth.gradient == a


# a, and the type whose range it is past; float16 ends half a gap after 65504
PAST_RANGE = [
    (70000.0, "float16"),
    (-65520.0, "float16"),
    (1e39, "float32"),
    (-1e100, "bfloat16"),
]


@pytest.mark.parametrize(("a", "dtype"), PAST_RANGE)
def test_a_parameter_past_the_range_leaves_no_number_and_a_sentence(a, dtype):
    field = parse("a*x^2 + y/(1 + a)", parameters=("a",)).with_parameters(a=a)
    sentence = f"a = {a:.12g} is too large for {dtype}, which ends at"
    for method in gradviz.METHODS:
        estimate = gradient(field, [1, 2], method.name, dtype=dtype)
        assert estimate.status == "overflow"
        assert sentence in estimate.note
        assert np.isnan(estimate.gradient).all()
    swept = sweep(field, [1, 2], [0.25, 0.5], ("forward", "central6", "complex-step"), dtype=dtype)
    assert swept.truth.status == ("undefined", "undefined")
    assert sentence in swept.truth.note
    for name in swept.methods:
        assert np.isnan(swept.gradients[name]).all()
        assert np.isnan(swept.errors[name]).all()
        assert np.isnan(swept.model[name].truncation).all()
        assert np.isnan(swept.best_step[name])


def test_a_parameter_at_the_edge_of_the_range_is_one_of_its_numbers():
    """65519 is nearer to 65504, the largest, than to 65536, which would be the next."""
    field = parse("a*x", parameters=("a",)).with_parameters(a=65519.0)
    assert gradient(field, [1], "backprop", dtype="float16").gradient == [65504.0]


def test_a_parameter_that_is_0_in_the_type_is_told():
    field = parse("x/a", parameters=("a",)).with_parameters(a=1e-9)
    estimate = gradient(field, [1], dtype="float16")
    assert estimate.note == "a = 1e-09 is 0 in float16, and there f has no real value."


def test_a_kink_within_one_gap_of_the_type_is_told():
    field = parse("|x - 1|")
    beside = 1 + 2.0**-10  # the next number of float16, and many numbers of float64 away
    assert "within one ulp" in true_gradient(field, [beside], dtype="float16").note
    assert true_gradient(field, [beside]).note == ""


@pytest.mark.parametrize("dtype", NARROW)
def test_a_sweep_holds_the_quotients_of_single_steps(dtype):
    field, point = parse("exp(x*y) + sin(x)"), [0.4, 1.2]
    swept = sweep(field, point, dtype=dtype)
    assert swept.dtype == dtype
    for k in (0, 111, 180, 222, 260, 320):
        for name in swept.methods:
            alone = gradient(field, point, name, step=swept.steps[k], dtype=dtype).gradient
            assert np.array_equal(swept.gradients[name][k], alone, equal_nan=True)
    again = pickle.loads(pickle.dumps(swept))
    assert again.dtype == dtype
    assert np.array_equal(again.errors["forward"], swept.errors["forward"], equal_nan=True)
    assert swept.over([0.1]).dtype == dtype


@pytest.mark.parametrize("dtype", PRECISIONS)
def test_the_best_step_follows_the_unit_roundoff(dtype):
    """2 √(ε_f/|f″|) with ε_f = u·(9 + 25) for x² + 16 at 3, and f″ = 2."""
    model = sweep(parse("f(x) = x^2 + 16"), [3.0], dtype=dtype).model["forward"]
    noise = PRECISIONS[dtype].unit_roundoff * (9 + 25)
    assert model.best_step == pytest.approx(2 * math.sqrt(noise / 2), rel=0.02)


def test_the_family_is_one_v_at_four_depths():
    steps = np.logspace(-12, 0, 97)
    swept = family(parse("exp(x)*sin(x)"), [0.7], "forward", steps)
    assert tuple(swept) == tuple(PRECISIONS)
    least = [float(np.nanmin(one.errors["forward"])) for one in swept.values()]
    best = [one.best_step["forward"] for one in swept.values()]
    assert least == sorted(least)
    assert best == sorted(best)
    for dtype, one in swept.items():
        assert (one.dtype, one.methods) == (dtype, ("forward",))
        assert np.array_equal(one.steps, steps)
    assert tuple(family(SEED, [3, 4], dtypes=("float16",), step_kind="power-of-two")) == ("float16",)


# --- what fails, and how it is told ---

# formula, point, method, step, type: status, a piece of the note, whether the gradient is finite
STATUSES = [
    ("x^2", (3,), "forward", 1e-8, "float32", "step vanished", "x + ε is x again in float32", True),
    ("x^2", (3,), "forward", 5e-4, "float16", "step vanished", "x + ε is x again in float16", True),
    ("x^2", (3,), "central", 1e-3, "bfloat16", "step vanished", "x = 3: x + ε is x again in bfloat16", True),
    ("x^2", (3,), "forward", 1e-9, "float16", "step vanished", "ε = 1e-09 is 0 in float16", False),
    ("x^2", (3,), "complex-step", 1e-60, "float32", "step vanished", "ε = 1e-60 is 0 in float32", False),
    ("x^2", (3,), "forward", 1e5, "float16", "overflow", "ε = 100000 is too large for float16", False),
    ("x^2", (1e6,), "forward", 0.1, "float16", "overflow", "x = 1000000 is too large for float16", False),
    ("x^2", (1e6,), "symbolic", 0.1, "float16", "overflow", "ends at 65504", False),
    ("x^2", (300,), "backprop", 0.1, "float16", "ok", "", True),
    ("x^2", (300,), "forward", 1, "float16", "overflow", "too large for float16", False),
    ("x^2 - x^2", (300,), "forward", 1, "float16", "overflow", "too large for float16", False),
    ("exp(x)", (12,), "backprop", 0.1, "float16", "overflow", "too large for float16", False),
    ("exp(x)", (100,), "adaptive", 0.1, "float32", "overflow", "too large for float32", False),
    ("exp(x)", (100,), "symbolic", 0.1, "bfloat16", "overflow", "too large for bfloat16", False),
    ("exp(-x)", (20,), "symbolic", 0.1, "float16", "underflow", "too small for float16", True),
    ("exp(-x)", (20,), "forward", 0.1, "float16", "underflow", "too small for float16", True),
    ("log(x)", (-1,), "forward", 0.1, "float16", "outside the domain", "no real value at this point", False),
    ("log(x)", (0.05,), "central", 0.1, "bfloat16", "outside the domain", "at x − ε", False),
    ("1/x", (0,), "backprop", 0.1, "bfloat16", "outside the domain", "no real value", False),
    ("1/x", (0.5,), "backward", 0.5, "bfloat16", "outside the domain", "no real value at x − ε", False),
    ("sin(x)/x", (1e-9,), "symbolic", 0.1, "float16", "outside the domain", "x = 1e-09 is 0 in", False),
    ("x/(x*x)", (1e-4,), "symbolic", 0.1, "float16", "underflow", "too small for float16", False),
    ("|x|", (0,), "adaptive", 0.1, "float32", "not applicable", "no slope along x", False),
    ("|x|", (0,), "adaptive", 0.1, "float16", "not applicable", "no slope along x", False),
]


@pytest.mark.parametrize(("text", "point", "method", "step", "dtype", "status", "note", "finite"), STATUSES)
def test_what_fails_is_told_with_the_type(text, point, method, step, dtype, status, note, finite):
    estimate = gradient(parse(text), point, method, step, dtype=dtype)
    assert estimate.status == status, estimate
    assert note in estimate.note, estimate
    assert (estimate.note == "") == (status == "ok")
    assert bool(np.isfinite(estimate.gradient).all()) == finite


def test_a_point_past_the_range_has_no_truth():
    truth = true_gradient(parse("x^2 + y"), [1e6, 2], dtype="float16")
    assert truth.status == ("undefined", "undefined")
    assert truth.note == "x = 1000000 is too large for float16, which ends at 65504."


# formula, point: where an operation of PyTorch's is infinite, and there is no real value
POLES = [
    ("1/x", (0,)),
    ("log(x)", (0,)),
    ("log2(x) + log10(x)", (0,)),
    ("x^(-2)", (0,)),
    ("x^(-0.5)", (0,)),
    ("atanh(x)", (1,)),
    ("gamma(x)", (-2,)),
    ("loggamma(x)", (-0.5,)),
    ("cot(x)", (0,)),
    ("csch(x)", (0,)),
    ("atan2(x, y)", (0, 0)),
    ("mod(x, y)", (1, 0)),
    ("(0*x/(x - x))^0", (1,)),
]


@pytest.mark.parametrize("dtype", PRECISIONS)
@pytest.mark.parametrize(("text", "point"), POLES, ids=[row[0] for row in POLES])
def test_a_pole_is_a_hole_in_every_precision(text, point, dtype):
    estimate = gradient(parse(text), point, "forward", 0.25, dtype=dtype)
    assert (estimate.status, np.isnan(estimate.gradient).all()) == ("outside the domain", True)


@given(
    st.floats(-1e4, 1e4), st.floats(1e-8, 1), st.sampled_from(tuple(PRECISIONS)), st.sampled_from([1, -1, 3])
)
def test_a_step_that_vanishes_leaves_the_number_as_it_was(x, h, dtype, offset):
    """The sum in exact fractions, rounded once to the type."""
    row = PRECISIONS[dtype]
    x, h = row.rounded(x).item(), row.rounded(h).item()
    moved = row.nearest(Fraction(x) + Fraction(row.nearest(offset * Fraction(h))))
    assert vanished([x], [h], (offset,), Arithmetic(row)).item() == (moved == x)


def test_the_default_is_float64():
    assert gradient(SEED, [3, 4]).dtype == sweep(SEED, [3, 4]).dtype == FLOAT64.name
    for method in METHODS:
        told = gradient(SEED, [3, 4], method.name, 0.03, dtype="float64", step_kind="plain")
        assert np.array_equal(told.gradient, gradviz.gradient(SEED, [3, 4], method.name, 0.03).gradient)
