"""Each fault, planted by hand and by the package, and what every check says of it."""

import json
import math

import numpy as np
import pytest

import gradviz
from gradviz.autodiff import faults
from gradviz.autodiff.faults import FAULTS, STEPS, findings, plant
from gradviz.autodiff.walk import walk
from gradviz.figures import check

NAMES = [fault.name for fault in FAULTS]


def planted(text: str, point: tuple, fault: str, place: tuple[int, int] | None = None):
    field = gradviz.parse(text)
    return plant(gradviz.trace(field, list(point)), field.variables, fault, place)


# text, point, fault, edge (consumer, slot), the gradient that comes of it, by hand
BY_HAND = (
    ("x*y", (2, 5), "sign", (2, 0), (-5, 2)),
    ("x*y", (2, 5), "factor", (2, 1), (5, 1)),
    ("x*y", (2, 5), "lost", (2, 0), (0, 2)),
    ("x*y", (2, 5), "slip", (2, 0), (5.0005, 2)),
    ("x*x", (3,), "lost", (1, 1), (3,)),
    ("x*x", (3,), "sign", (1, 0), (0,)),
    ("x*y + x", (2, 5), "lost", (3, 1), (5, 2)),
    ("sin(x)^2", (0.5,), "factor", (1, 0), (2 * math.sin(0.5),)),
    ("x1^2 + x2^2", (3, 4), "sign", (5, 0), (-6, 8)),
)


@pytest.mark.parametrize(("text", "point", "fault", "place", "gradient"), BY_HAND)
def test_a_fault_does_what_it_says(text, point, fault, place, gradient):
    assert planted(text, point, fault, place).graph.gradient == pytest.approx(gradient, rel=1e-12)


def test_without_a_place_the_first_one_that_matters_is_taken():
    assert planted("x*y + x", (2, 5), "lost").graph.gradient.tolist() != [6, 2]
    # x and y each get one contribution only: even so it can be forgotten
    assert 0 in planted("x*y", (2, 5), "lost").graph.gradient
    assert planted("x + y", (2, 5), "factor") is None, "nothing to forget where the derivative is 1"
    assert planted("0*x", (2,), "sign") is None, "a zero has no sign"
    assert planted("5", (), "sign") is None


# text, point: f or its derivatives are near the end of float64, and the differences beyond it
NEAR_THE_END = [
    ("gamma(x)", (171,)),
    ("exp(x^2)", (26.5,)),
    ("exp(x)", (709.7,)),
    ("cosh(x)*y", (-710, 1)),
    ("1e300*x*y", (1e5, 1e5)),
    ("x^100", (1200,)),
    ("-1/x", (1e-154,)),
    ("x^x", (143,)),
    ("exp(x)", (800,)),
    ("log(x)", (1e-300,)),
    ("1e-300*x*y", (1e-20, 1)),
]


@pytest.mark.parametrize("fault", NAMES)
@pytest.mark.parametrize(("text", "point"), NEAR_THE_END)
def test_near_the_end_of_float64_every_check_still_says_something(text, point, fault):
    field = gradviz.parse(text)
    healthy = gradviz.trace(field, list(point))
    found = plant(healthy, field.variables, fault)
    if found is None:
        assert not np.isfinite(healthy.gradient).all() or fault != "sign", "a sign can always be wrong"
        return
    rows, panels = check.checked(field, point, healthy, found.graph)
    assert [row["check"] for row in rows] == [
        row.check for row in findings(field, point, healthy, healthy.gradient)
    ]
    assert all(row["healthy"].startswith(("right", "undecided", "wrong", "doubtful")) for row in rows)
    for panel in panels.values():
        json.dumps(panel.picture.figure, allow_nan=False)
        low, high = panel.picture.figure["layout"]["yaxis"]["range"]
        assert -20 < low < high < 350


@pytest.mark.parametrize("fault", NAMES)
def test_every_suitable_place_changes_the_gradient(fault):
    field = gradviz.parse("x*sin(y) + x^2/y")
    graph = gradviz.trace(field, [1.5, 0.7])
    places = faults.suitable_places(graph, field.variables, fault)
    assert places
    for place in places:
        wrong = plant(graph, field.variables, fault, place).graph.gradient
        assert not np.allclose(wrong, graph.gradient, rtol=1e-6)


def test_the_walk_through_a_sabotaged_graph_ends_at_the_wrong_gradient():
    found = planted("x*y + x", (2, 5), "lost")
    steps = walk(found.graph, lost=found.lost).steps
    last = {step.node: step.adjoint for step in steps if step.phase == "backward"}
    x = [node.label for node in found.graph.nodes].index("x")
    assert last[x] == found.graph.gradient[0]
    assert not any("contributions add: 1 + 5 = 6" in step.sentence for step in steps)


# --- the checks, on functions whose answers are known by hand -----------------------------------------------

SMOOTH = (
    ("x1^2 + x2^2", (3.0, 4.0)),
    ("exp(x*y)*sin(x + y)/(1 + x^2)", (0.4, 1.2)),
    ("x*y*z + sin(x)*z", (0.5, 1.5, -0.7)),
)
# what each check may say of a fault: gradcheck's tolerance lets a slip of 1e-4 pass, the others find it; its
# relative error is about 1e-4, so on either side of that border
WRONG = ({"wrong"},) * 4
SAYS = dict.fromkeys(NAMES, WRONG) | {
    "slip": ({"wrong"}, {"wrong"}, {"right"}, {"right if f has kinks", "doubtful"})
}


def verdicts(field, point, graph, gradient) -> tuple[str, ...]:
    return tuple(finding.verdict for finding in findings(field, np.array(point), graph, gradient))


@pytest.mark.parametrize(("text", "point"), SMOOTH)
def test_a_healthy_graph_passes_every_check(text, point):
    field = gradviz.parse(text)
    graph = gradviz.trace(field, point)
    assert verdicts(field, point, graph, graph.gradient) == ("right",) * 4


@pytest.mark.parametrize("fault", NAMES)
@pytest.mark.parametrize(("text", "point"), SMOOTH)
def test_every_fault_is_found(text, point, fault):
    field = gradviz.parse(text)
    graph = gradviz.trace(field, point)
    wrong = plant(graph, field.variables, fault)
    for verdict, allowed in zip(
        verdicts(field, point, graph, wrong.graph.gradient), SAYS[fault], strict=True
    ):
        assert verdict in allowed


@pytest.mark.parametrize("fault", NAMES)
@pytest.mark.parametrize(("text", "point"), SMOOTH)
def test_the_plateau_is_as_high_as_the_gradient_is_wrong(text, point, fault):
    field = gradviz.parse(text)
    graph = gradviz.trace(field, point)
    wrong = plant(graph, field.variables, fault).graph.gradient
    gaps = faults.gaps(field, np.array(point), wrong, STEPS)
    at = int(np.searchsorted(STEPS, 1e-5))
    assert gaps[at] == pytest.approx(np.hypot.reduce(wrong - graph.gradient), rel=1e-3)


def test_the_remainder_of_the_lesson_is_h_squared():
    """f(p + hd) − f(p) − h∇f·d = h²|d|² for the sum of squares, and d has length 1."""
    field, steps = gradviz.parse("x1^2 + x2^2"), np.array([1e-3, 1e-2, 0.1])
    found = faults.remainders(field, np.array([3.0, 4.0]), np.array([6.0, 8.0]), steps)
    assert found == pytest.approx(steps**2, rel=1e-8)
    assert np.hypot.reduce(faults.direction(2)) == pytest.approx(1)


@pytest.mark.parametrize("power", [1, 2, 3])
def test_a_slope_is_read_off(power):
    assert faults.slope_of(STEPS, STEPS**power, 1e-30) == pytest.approx(power)
    assert math.isnan(faults.slope_of(STEPS, STEPS**power, 1.0))


def test_far_from_0_the_rounding_of_the_shifted_input_is_allowed_for():
    """Beside 10⁸ a shift is rounded to 1.5e-8, which times the slope 6 looks like a remainder of slope 1."""
    field = gradviz.parse("(x - 100000000)^2")
    graph = gradviz.trace(field, [100000003.0])
    assert findings(field, np.array([100000003.0]), graph, graph.gradient)[1].verdict == "right"


@pytest.mark.parametrize(("text", "point", "said"), [("|x|", (0.0,), True), ("x^2", (1.0,), False)])
def test_where_not_even_the_healthy_graph_passes_that_is_said(text, point, said):
    field = gradviz.parse(text)
    graph = gradviz.trace(field, point)
    rows = check.finding_rows(*(findings(field, np.array(point), graph, graph.gradient),) * 2)
    assert ("kink" in check.doubt(rows)) is said


def test_a_linear_function_has_no_remainder():
    field = gradviz.parse("2x + 3y")
    graph = gradviz.trace(field, [1.0, 2.0])
    assert verdicts(field, (1.0, 2.0), graph, graph.gradient) == ("right",) * 4


# --- the pictures and the table -----------------------------------------------------------------------------


def checked(fault: str):
    field = gradviz.parse("x1*x2 + sin(x1)")
    graph = gradviz.trace(field, [1.0, 2.0])
    return check.checked(field, (1.0, 2.0), graph, plant(graph, field.variables, fault).graph)


@pytest.mark.parametrize("fault", NAMES)
def test_both_graphs_are_drawn_and_the_sabotaged_one_lies_above(fault):
    _, panels = checked(fault)
    for name, at in (("gap", 1e-5), ("remainder", 1e-6)):
        lines = {t["meta"]["graph"]: t["y"] for t in panels[name].picture.figure["data"]}
        place = int(np.searchsorted(STEPS, at))
        assert lines["sabotaged"][place] > 20 * lines["healthy"][place]


def test_the_table_says_what_each_check_found_and_why():
    rows = {row["check"]: row for row in checked("slip")[0]}
    assert rows["Taylor remainder"]["healthy"] == "right (slope 2)"
    assert rows["Taylor remainder"]["sabotaged"] == "wrong (slope 1)"
    assert rows["PyTorch’s gradcheck"]["sabotaged"] == "right"
    assert "tolerance" in rows["PyTorch’s gradcheck"]["because"]
    assert "plateau" in rows["Central difference"]["because"]


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        (0, "right"),
        (1e-7, "right"),
        (2e-7, "right if f has kinks"),
        (1e-3, "doubtful"),
        (0.5, "wrong"),
        (math.nan, "wrong"),
    ],
)
def test_the_bands_of_the_relative_error(error, verdict):
    assert faults.band(error).verdict == verdict


def test_gradcheck_is_asked_about_the_gradient_it_is_given():
    field = gradviz.parse("x1^2 + x2^2")
    point = np.array([3.0, 4.0])
    assert faults.gradcheck(field, point, np.array([6.0, 8.0]))
    assert not faults.gradcheck(field, point, np.array([6.1, 8.1]))
    # its tolerance: a thousandth of the entry and 1e-5
    assert faults.gradcheck(field, point, np.array([6.005, 8.0]))
    assert not faults.gradcheck(field, point, np.array([6.007, 8.0]))
