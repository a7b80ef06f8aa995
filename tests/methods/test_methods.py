"""The nine methods: what each answers, costs and says, and how its error falls with the step."""

import math
import sys

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import gradviz
from gradviz import METHODS, GradvizError, PointError, StepError, gradient, parse, true_gradient
from gradviz.methods.differences import STENCILS
from gradviz.symbolic import worker
from tests.support.condition import U, sizes

NAMES = (
    "symbolic",
    "forward",
    "backward",
    "central",
    "central4",
    "central6",
    "complex-step",
    "adaptive",
    "backprop",
)
STEPPING = NAMES[1:7]
SEED = parse("x1^2 + x2^2")


def test_the_methods_stand_in_the_order_of_the_lesson():
    assert tuple(method.name for method in METHODS) == NAMES
    assert tuple(method.name for method in METHODS if method.takes_step) == STEPPING
    assert [method.order for method in METHODS] == [None, 1, 1, 2, 4, 6, 2, None, None]
    assert {method.approach for method in METHODS} == {
        "analytical (closed form)",
        "numerical",
        "analytical (back-propagation)",
    }


# field, point, step; the gradient, and by hand: forward = f′ + ε f″/2, backward = f′ − ε f″/2 for a quadratic
LESSONS = [
    (SEED, (3, 4), 0.1, (6, 8), (6.1, 8.1), (5.9, 7.9)),
    (parse("x1^2 + 3 x2^2"), (-2, 5), 0.1, (-4, 30), (-3.9, 30.3), (-4.1, 29.7)),
    (SEED, (3, 4), 0.5, (6, 8), (6.5, 8.5), (5.5, 7.5)),
    (parse("x^2"), (3,), 0.1, (6,), (6.1,), (5.9,)),
    (parse("x^2 + y^2 + 2z^2"), (1, 2, 3), 0.1, (2, 4, 12), (2.1, 4.1, 12.2), (1.9, 3.9, 11.8)),
]


@pytest.mark.parametrize(("field", "point", "step", "true", "forward", "backward"), LESSONS)
def test_the_lesson_by_hand(field, point, step, true, forward, backward):
    def by(method):
        return gradient(field, point, method=method, step=step).gradient

    noise = 8 * U * float(field(point)) / step
    assert by("symbolic").tolist() == list(true)
    assert by("backprop").tolist() == list(true)
    np.testing.assert_allclose(by("forward"), forward, rtol=0, atol=noise)
    np.testing.assert_allclose(by("backward"), backward, rtol=0, atol=noise)
    for method in ("central", "central4", "central6", "complex-step", "adaptive"):
        np.testing.assert_allclose(by(method), true, rtol=0, atol=noise)


def test_the_defaults_are_forward_and_a_tenth():
    estimate = gradient(SEED, [3, 4])
    assert (estimate.method, estimate.step) == ("forward", 0.1)
    assert estimate.gradient == pytest.approx([6.1, 8.1], abs=1e-13)


@pytest.mark.parametrize("n", [1, 2, 3, 7])
def test_what_an_answer_costs(n):
    field = parse(" + ".join(f"x{i}^2" for i in range(1, n + 1)))
    cost = {name: gradient(field, [1.0] * n, name) for name in NAMES}
    told = {name: (e.evaluations, e.backward_passes) for name, e in cost.items() if name != "adaptive"}
    assert told == {
        "symbolic": (0, 0),
        "forward": (n + 1, 0),
        "backward": (n + 1, 0),
        "central": (2 * n, 0),
        "central4": (4 * n, 0),
        "central6": (6 * n, 0),
        "complex-step": (n, 0),
        "backprop": (1, 1),
    }
    assert cost["adaptive"].evaluations >= 2 * n


@pytest.mark.parametrize(
    "name", [name for name in NAMES if name not in ("symbolic", "backprop", "complex-step")]
)
def test_the_cost_is_the_points_at_which_f_was_evaluated(name, monkeypatch):
    """Counted where f is evaluated, however many points a call brings."""
    counted = 0

    def counting(nodes_at):
        def wrapped(field, coordinates, *more):
            nonlocal counted
            counted += math.prod(np.broadcast_shapes(*(np.shape(c) for c in coordinates)))
            return nodes_at(field, coordinates, *more)

        return wrapped

    for module in ("differences", "rungs"):
        module = sys.modules[f"gradviz.methods.{module}"]
        monkeypatch.setattr(module, "nodes_at", counting(module.nodes_at))
    estimate = gradient(SEED, [3, 4], name)
    assert counted == estimate.evaluations


def test_only_what_takes_a_step_stores_one():
    for name in NAMES:
        assert gradient(SEED, [3, 4], name, 0.25).step == (0.25 if name in STEPPING else None)
        assert (gradient(SEED, [3, 4], name).error_bar is not None) == (name == "adaptive")


FAILING = ("forward", "central")
# text, point, method, step: status, a piece of the note, and the finite part of the gradient
STATUSES = [
    ("x^2", (3,), "forward", 0.1, "ok", "", True),
    ("|x| + y", (1, 1), "complex-step", 0.1, "not applicable", "abs", False),
    ("floor(x) + max(x, 1)", (0.5,), "complex-step", 0.1, "not applicable", "floor, max", False),
    ("atan2(y, x)", (1, 1), "complex-step", 0.1, "not applicable", "atan2", False),
    ("|x|", (0,), "adaptive", 0.1, "not applicable", "no slope along x", False),
    ("max(x, 2x)", (0,), "adaptive", 0.1, "not applicable", "no slope along x", False),
    ("log(x)", (-1,), "forward", 0.1, "outside the domain", "no real value at this point", False),
    ("1/x", (0,), "backprop", 0.1, "outside the domain", "no real value at this point", False),
    ("log(x)", (-1,), "symbolic", 0.1, "outside the domain", "no real value at this point", False),
    ("log(x)", (-1,), "adaptive", 0.1, "outside the domain", "no real value at this point", False),
    ("log(x)", (-1,), "complex-step", 0.1, "outside the domain", "no real value at this point", False),
    ("log(x)", (0.05,), "backward", 0.1, "outside the domain", "x − ε", False),
    ("log(x)", (0.05,), "central", 0.1, "outside the domain", "x − ε", False),
    ("log(x)", (0.05,), "forward", 0.1, "ok", "", True),
    ("log(x)", (0.15,), "central4", 0.1, "outside the domain", "x − 2ε", False),
    ("log(x)", (0.25,), "central6", 0.1, "outside the domain", "x − 3ε", False),
    ("asin(x)", (0.95,), "forward", 0.1, "outside the domain", "x + ε", False),
    ("sqrt(x)", (0,), "backprop", 0.1, "overflow", "The slope of sqrt is 1/0 there", False),
    ("sqrt(x^2 + y^2)", (0, 0), "backprop", 0.1, "outside the domain", "0/0", False),
    ("x", (1,), "forward", 1e-17, "step vanished", "x + ε is x again", True),
    ("x", (1e8,), "central", 1e-9, "step vanished", "x = 100000000", True),
    ("x + y", (0, 1), "forward", 1e-17, "step vanished", "y = 1", True),
    ("x", (0,), "forward", 1e-300, "ok", "", True),
    ("exp(x)", (800,), "forward", 0.1, "overflow", "too large", False),
    ("exp(x)", (800,), "symbolic", 0.1, "overflow", "too large", False),
    ("exp(x)", (800,), "backprop", 0.1, "overflow", "too large", False),
    ("exp(x)", (800,), "complex-step", 0.1, "overflow", "too large", False),
    ("x", (1e308,), "forward", 1e308, "overflow", "too large", False),
    ("log(1 + exp(x))", (800,), "backprop", 0.1, "overflow", "too large", False),
]


@pytest.mark.parametrize(("text", "point", "method", "step", "status", "note", "finite"), STATUSES)
def test_what_fails_is_told_in_a_word_and_a_sentence(text, point, method, step, status, note, finite):
    estimate = gradient(parse(text), point, method, step)
    assert estimate.status == status, estimate
    assert (estimate.note == "") == (status == "ok")
    assert note in estimate.note
    assert bool(np.isfinite(estimate.gradient).all()) == finite
    assert not estimate.note or estimate.note[-1] == "."


def test_a_formula_past_the_limits_has_no_closed_form_and_the_others_go_on(monkeypatch):
    monkeypatch.setattr(worker, "SECONDS", 0.001)
    text = "0.73x"  # not in another test, whose closed form would be cached
    for _ in range(12):
        text = f"sin(x*{text})"
    field = parse(text)
    estimate = gradient(field, [0.7], "symbolic")
    assert (estimate.status, estimate.gradient.shape) == ("no closed form", (1,))
    assert math.isnan(estimate.gradient[0])
    assert estimate.note
    with pytest.raises(gradviz.ClosedFormError):
        _ = field.partials
    truth = true_gradient(field, [0.7]).gradient
    for method in ("central6", "complex-step", "adaptive", "backprop"):
        np.testing.assert_allclose(gradient(field, [0.7], method, 1e-4).gradient, truth, rtol=1e-6)


@pytest.mark.parametrize(
    "step", [0, -0.1, math.nan, math.inf, -math.inf, "0.1", None, [0.1], [0.1, 0.2], 1j, True, 10**400]
)
@pytest.mark.parametrize("method", NAMES)
def test_what_is_no_step_is_refused(method, step):
    with pytest.raises(StepError, match="ε must be"):
        gradient(SEED, [3, 4], method, step)


@pytest.mark.parametrize("step", [1, np.float32(0.5), np.array(0.5), 1e-300, 1e300, 5e-324])
def test_every_positive_number_is_a_step(step):
    assert gradient(SEED, [3, 4], "forward", step).step == float(step)


@pytest.mark.parametrize("method", ["", "Forward", "newton", None, 3, "forward ", ["forward"], ("forward",)])
def test_an_unknown_method_is_refused_with_the_names(method):
    with pytest.raises(GradvizError, match="forward, backward, central, central4"):
        gradient(SEED, [3, 4], method)


def test_the_point_is_looked_at_first():
    with pytest.raises(PointError):
        gradient(SEED, [3], step=0.1)


# --- the order of accuracy
# --------------------------------------------------------------------------------------------

# method, text, point, order, the step at the top of the measured range: there truncation rules by far. By
# the order, log–log slopes between h and h/2 are p to within the next term, O(h²) (O(h) for the one-sided
# ones).
ORDERS = [
    ("forward", "exp(sin(x))", 0.7, 1, 1e-3),
    ("backward", "exp(sin(x))", 0.7, 1, 1e-3),
    ("central", "exp(sin(x))", 0.7, 2, 1e-2),
    ("central4", "exp(sin(x))", 0.7, 4, 5e-2),
    ("central6", "exp(2x)", 0.3, 6, 1e-1),
    ("complex-step", "exp(sin(x))", 0.7, 2, 1e-2),
    ("forward", "sin(x)", 0.0, 2, 1e-2),  # f″ = 0: an inflection
    ("backward", "x + x^3", 0.0, 2, 1e-2),
    ("central", "x + x^5", 0.0, 4, 1e-1),  # f‴ = 0
    ("central4", "x + x^7", 0.0, 6, 0.4),
    ("complex-step", "x + x^5", 0.0, 4, 1e-1),
    ("forward", "1/x", 3.0, 1, 1e-3),
    ("central", "log(x)*x^2", 2.0, 2, 1e-2),
    ("central4", "tanh(x)", 0.4, 4, 5e-2),
    ("central6", "gamma(x)", 3.3, 6, 0.2),
]


@pytest.mark.parametrize(("method", "text", "x", "order", "top"), ORDERS)
def test_the_error_falls_at_the_order_of_the_method(method, text, x, order, top):
    field = parse(text)
    true = true_gradient(field, [x]).gradient[0]
    steps = top / 2.0 ** np.arange(4)
    errors = [abs(gradient(field, [x], method, h).gradient[0] - true) for h in steps]
    slopes = np.log2(np.divide(errors[:-1], errors[1:]))
    np.testing.assert_allclose(slopes, order, atol=0.05)


# method, highest degree that it gets right: there is nothing left to truncate
EXACT_TO_DEGREE = [
    ("forward", 1),
    ("backward", 1),
    ("central", 2),
    ("central4", 4),
    ("central6", 6),
    ("complex-step", 2),
]


@pytest.mark.parametrize(("method", "degree"), EXACT_TO_DEGREE)
def test_a_polynomial_up_to_the_order_is_exact_at_any_step(method, degree):
    """And one degree more is not."""
    inside = parse(" + ".join(f"{k + 1}*x^{k}" for k in range(degree + 1)))
    beyond = parse(f"x^{degree + 1}")
    for step in (0.25, 1.0, 2.0):
        noise = 64 * U * float(inside([1 + 3 * step])) / step
        assert gradient(inside, [1.0], method, step).gradient[0] == pytest.approx(
            sum(k * (k + 1) for k in range(degree + 1)), abs=noise
        )
        assert abs(gradient(beyond, [1.0], method, step).gradient[0] - (degree + 1)) > 1e-3


@pytest.mark.parametrize("stencil", STENCILS.values(), ids=lambda stencil: stencil.name)
def test_the_weights_are_those_of_a_derivative(stencil):
    """Σ w = 0, Σ w j = 1, and Σ w jᵠ = 0 up to the order: exactly, in fractions."""
    assert stencil.term(0) == 0
    assert stencil.term(1) == 1
    order = next(m.order for m in METHODS if m.name == stencil.name)
    assert [stencil.term(q) for q in range(2, order + 1)] == [0] * (order - 1)
    assert stencil.order == order
    values = {j: math.sin(0.3 + j) for j in range(-3, 4)}
    by_weights = sum(float(w) * values[j] for j, w in stencil.weights.items())
    assert stencil.divided(values, 1.0) == pytest.approx(by_weights, rel=1e-14)


def test_the_complex_step_does_not_cancel():
    """No difference is taken: the step may be as small as it likes, down to where h f′ underflows."""
    field = parse("exp(x)*sin(x)/(1 + x^2)")
    true = true_gradient(field, [0.9]).gradient[0]
    for step in (1e-8, 1e-20, 1e-100, 1e-290):
        assert gradient(field, [0.9], "complex-step", step).gradient[0] == pytest.approx(true, rel=16 * U)


def test_the_complex_step_is_exact_where_the_closed_form_is_lost():
    """tanh′(20) is 1 − tanh² = 0 in float64, for SymPy and for PyTorch."""
    true = true_gradient(parse("tanh(x)"), [20]).gradient[0]
    found = {name: gradient(parse("tanh(x)"), [20], name, 1e-20).gradient[0] for name in NAMES}
    assert found["symbolic"] == found["backprop"] == 0
    assert found["complex-step"] == pytest.approx(true, rel=16 * U)


def test_the_noise_has_the_size_that_theory_says():
    """f(1) = e, h = 1e-10: the error of a forward difference is round-off, at most 2 ε_f/h + u x f′/h."""
    field = parse("exp(x)")
    error = abs(gradient(field, [1.0], "forward", 1e-10).gradient[0] - math.e)
    assert 0 < error <= (2 * 2 * U * math.e + U * math.e) / 1e-10


# --- what every gradient obeys, over small random expressions
# -----------------------------------------------------------

ATOMS = st.sampled_from(["x", "y", "2", "0.5", "3", "pi"])
UNARY = (
    "sin({})",
    "cos({})",
    "exp({}/4)",
    "tanh({})",
    "sqrt(1 + ({})^2)",
    "atan({})",
    "log(2 + ({})^2)",
    "-({})",
    "({})^2",
)
BINARY = ("({}) + ({})", "({}) - ({})", "({})*({})", "({})/(3 + ({})^2)")


def texts_of(atoms, unary, binary, most: int):
    """Formulas of up to ``most`` atoms, each ``{}`` of a form filled by another formula."""
    return st.recursive(
        atoms,
        lambda inner: st.one_of(
            st.builds(lambda form, a: form.format(a), st.sampled_from(unary), inner),
            st.builds(lambda form, a, b: form.format(a, b), st.sampled_from(binary), inner, inner),
        ),
        max_leaves=most,
    )


TEXTS = texts_of(ATOMS, UNARY, BINARY, 5)
COORDINATES = st.floats(-2, 2).map(lambda x: round(x, 3))
POINTS = st.tuples(COORDINATES, COORDINATES)


def field_of(text: str) -> gradviz.ScalarField:
    return parse(text, variables=("x", "y"))


@settings(max_examples=40)
@given(TEXTS, POINTS)
def test_closed_form_and_backprop_are_the_truth_to_conditioning(text, point):
    field = field_of(text)
    truth = true_gradient(field, point)
    assume(truth.status == ("differentiable",) * 2)
    bound = 16 * U * np.array(sizes(field, point)) + 2 * U * np.abs(truth.gradient) + 1e-300
    # PyTorch takes tanh′ as 1 − v² of the value, which cancels where v is nearly 1
    lost = 1e-14 * (1 + np.abs(truth.gradient)) if "tanh" in text else 0.0
    assert (np.abs(gradient(field, point, "backprop").gradient - truth.gradient) <= bound + lost).all()
    # SymPy writes another formula, with roundings of its own: as many again, of the size of the terms of f′
    closed = np.abs(gradient(field, point, "symbolic").gradient - truth.gradient)
    assert (closed <= 16 * bound + 1e-13 * (1 + np.abs(truth.gradient))).all()


@settings(max_examples=40)
@given(TEXTS, POINTS)
def test_the_adaptive_bar_covers_the_error(text, point):
    field = field_of(text)
    truth = true_gradient(field, point)
    assume(truth.status == ("differentiable",) * 2)
    estimate = gradient(field, point, "adaptive")
    assume(estimate.status == "ok")
    np.testing.assert_array_less(np.abs(estimate.gradient - truth.gradient), 4 * estimate.error_bar + 1e-300)


def close(a: np.ndarray, b: np.ndarray, size: np.ndarray) -> bool:
    return bool((np.abs(a - b) <= 64 * U * size + 1e-300).all())


@settings(max_examples=40)
@given(TEXTS, TEXTS, POINTS)
def test_the_gradient_is_linear(one, other, point):
    both = field_of(f"3*({one}) - 2*({other})")
    assume(np.isfinite(both(point)))
    parts = [gradient(field_of(text), point, "backprop").gradient for text in (one, other)]
    size = np.array(sizes(both, point)) + 3 * np.abs(parts[0]) + 2 * np.abs(parts[1])
    assert close(gradient(both, point, "backprop").gradient, 3 * parts[0] - 2 * parts[1], size)


@settings(max_examples=40)
@given(TEXTS, POINTS)
def test_the_gradient_follows_the_chain_rule(inner, point):
    """∇ sin(g/9) = cos(g/9) ∇g/9, ∇ g² = 2 g ∇g."""
    g = field_of(inner)
    value, slope = float(g(point)), gradient(g, point, "backprop").gradient
    assume(np.isfinite(value))
    for text, factor in ((f"sin(({inner})/9)", math.cos(value / 9) / 9), (f"({inner})^2", 2 * value)):
        field = field_of(text)
        noise = np.array(sizes(field, point)) + np.abs(factor * slope) * (1 + abs(value))
        assert close(gradient(field, point, "backprop").gradient, factor * slope, noise)


@settings(max_examples=40)
@given(TEXTS, POINTS)
def test_swapping_the_names_swaps_the_gradient(text, point):
    field, mirrored = field_of(text), parse(text, variables=("y", "x"))
    for method in ("forward", "central4", "complex-step", "backprop"):
        there = gradient(field, point, method, 1e-3).gradient
        back = gradient(mirrored, point[::-1], method, 1e-3).gradient
        np.testing.assert_array_equal(there, back[::-1])
