"""Known gradients to 30 digits: the truth has every bit, exact methods are exact to rounding."""

import numpy as np
import pytest

import gradviz
from gradviz.autodiff.reverse import noise
from tests.support.condition import U, partials, sizes
from tests.support.further import FURTHER
from tests.support.reference import CASES, LEFT_OUT, SPECIAL, TABLE

every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)

# Off by more than 8 u C, and why no condition number can excuse it.
EXCEPTIONS = {
    ("tanh@20", "symbolic"): "SymPy writes tanh′ as 1 − tanh²: 0 in float64, and 1.7e-17 in truth",
    ("tanh@20", "backprop"): "PyTorch takes tanh′ as 1 − v² of the value, which is 1",
}


def bounds(case) -> np.ndarray:
    """What rounding may do to each partial derivative: 8 u C (tests/support/condition.py) and half an ulp."""
    return 8 * U * np.array(sizes(case.field, case.point)) + U * np.abs(case.gradient)


def off(case, method: str) -> np.ndarray:
    return np.abs(gradviz.gradient(case.field, case.point, method).gradient - case.gradient)


def test_every_function_is_known(record_property):
    """Were one not, it would be named here and counted in the report."""
    functions = {case.row["function"] for case in CASES}
    print(f"{len(CASES)} cases of {len(functions)} functions; left out: {LEFT_OUT or 'none'}")
    record_property("left out", LEFT_OUT)
    assert len(CASES) + len(LEFT_OUT) == len(TABLE["cases"]) >= 67
    assert not LEFT_OUT


@every_case
def test_the_other_spellings_are_the_same_function(case):
    for text in case.row["expr_alt"]:
        other = gradviz.parse(text, variables=case.field.variables)
        assert float(other(case.point)) == pytest.approx(float(case.field(case.point)), rel=1e-14)


@every_case
def test_the_value_is_right_to_the_noise_of_f(case):
    bound = 8 * U * sizes_of_value(case) + U * abs(float.fromhex(case.row["value_hex"]))
    assert abs(float(case.field(case.point)) - float.fromhex(case.row["value_hex"])) <= bound


def sizes_of_value(case) -> float:
    """The same bound for f itself: f is the derivative along t of t f."""
    field = gradviz.parse(f"t_0*({case.row['expr']})", variables=("t_0", *case.row["vars"]))
    return sizes(field, [1.0, *case.point])[0]


@every_case
@pytest.mark.parametrize("method", ["symbolic", "backprop"])
def test_exact_methods_are_exact_to_rounding(case, method):
    exceptional = bool((off(case, method) > bounds(case)).any())
    assert exceptional == ((case.id, method) in EXCEPTIONS), EXCEPTIONS.get((case.id, method))


def test_the_sweep_written_down_is_the_gradient():
    """The bound stands on trees of its own: they must be the partial derivatives."""
    for case in CASES:
        found = zip(partials(case.field), case.gradient, sizes(case.field, case.point), strict=True)
        for partial, expected, c in found:
            derivative = gradviz.ScalarField("", case.field.variables, partial)
            assert abs(float(derivative(case.point)) - expected) <= 10 * U * c + U * abs(expected), case.id


@every_case
def test_the_truth_has_every_bit(case):
    truth = gradviz.true_gradient(case.field, case.point)
    assert truth.status == ("differentiable",) * len(case.point)
    assert truth.differentiable
    assert truth.gradient.tolist() == case.gradient.tolist()
    assert truth.one_sided.tolist() == np.column_stack((case.gradient, case.gradient)).tolist()
    assert truth.value == float.fromhex(case.row["value_hex"])


def number(text: str | None) -> float:
    return np.nan if text is None else float(text)


@pytest.mark.parametrize("case", SPECIAL, ids=lambda case: case.id)
def test_the_truth_says_what_stands_in_its_place(case):
    truth = gradviz.true_gradient(case.field, case.point)
    assert truth.status == tuple(case.row["per_coordinate"])
    if case.row["one_sided"]:
        rows = [case.row["one_sided"][name] for name in case.field.variables]
        sides = [[number(row[side]) for side in ("left", "right")] for row in rows]
        np.testing.assert_array_equal(truth.one_sided, sides)
    if case.row["gradient"]:
        np.testing.assert_array_equal(truth.gradient, [number(g) for g in case.row["gradient"]])
    assert truth.differentiable == (set(truth.status) == {"differentiable"})


@pytest.mark.parametrize("cases", [CASES, FURTHER], ids=["the table", "further"])
def test_adaptive_is_right_and_says_how_right_it_is(cases, record_property):
    """The median and the tail of its error, and how often its bar covers it, over every coordinate."""
    errors, covered, silent, unanswered = [], [], [], []
    for case in cases:
        estimate = gradviz.gradient(case.field, case.point, "adaptive")
        error = np.abs(estimate.gradient - case.gradient)
        if not np.isfinite(estimate.gradient).all():
            unanswered.append(case.id)
            continue
        errors.append(error.max() / case.scale)
        covered += (error <= estimate.error_bar).tolist()
        wrong = error > 0.01 * case.scale
        silent += [case.id] if (wrong & (estimate.error_bar < error / 2)).any() else []
    figures = {
        "median": float(np.median(errors)),
        "within 3e-13": float(np.mean(np.array(errors) <= 3e-13)),
        "covered": float(np.mean(covered)),
        "wrong by more than 1 %": int(np.sum(np.array(errors) > 0.01)),
        "of these in silence": silent,
        "unanswered": unanswered,
    }
    print("adaptive:", figures)
    record_property("adaptive", figures)
    assert not silent
    assert not unanswered
    assert figures["median"] <= 5e-15
    assert figures["within 3e-13"] >= 0.9
    assert figures["covered"] >= 0.97


@every_case
def test_what_adaptive_misses_f_itself_does_not_know(case):
    """Where it is off by more than 3e-13, no method that sees only values of f can do better.

    Either the rounding of constants (bard, powell) already moves the gradient of f by so much (8 u C), or the
    noise of f relative to its rise over the whole scale of x (tanh at 20: 1e-16 of 4e-17) is no small part of
    the error.
    """
    error = off(case, "adaptive")
    with np.errstate(all="ignore"):
        epsilon = noise(case.field, case.point)[0]
    unknown = 8 * epsilon / np.maximum(1, np.abs(case.point))
    assert (error <= 3e-13 * case.scale + bounds(case) + unknown).all()


def test_how_many_truths_stay_undecided(record_property):
    undecided = [
        case.id
        for case in (*CASES, *SPECIAL)
        if "undecided" in gradviz.true_gradient(case.field, case.point).status
    ]
    print(f"undecided: {len(undecided)} of {len(CASES) + len(SPECIAL)} {undecided}")
    record_property("undecided", undecided)
    assert not undecided
