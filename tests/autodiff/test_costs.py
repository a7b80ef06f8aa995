"""Costs: formulas in n held to really counted trees, a tree counted by hand, and forward mode itself."""

import numpy as np
import pytest
import sympy

import gradviz
from gradviz.autodiff.costs import FAMILIES, WAYS, Counts, counted, family_of, swell
from gradviz.figures.cost import LARGEST, cost_picture, cost_table, swell_picture
from tests.support.forward_mode import forward_gradient

# text, (operations of f, added by a backward pass, added by one forward-mode pass), by hand
BY_HAND = (
    ("x1^2 + x2^2", (3, 4, 5), "two squares and a sum; 2·a and a product each; one sum of tangents"),
    ("x*y", (1, 2, 3), "a product for each factor; their tangents meet once"),
    ("x*x", (1, 3, 3), "two products, and the two contributions to x meet"),
    ("x + y", (1, 0, 1), "nothing is multiplied by 1"),
    ("sin(x)", (1, 2, 2), "one cosine, one product"),
    ("exp(x)", (1, 1, 1), "its derivative is there: one product"),
    ("tanh(x)", (1, 3, 3), "1 − v² is a square and a difference, and one product"),
    ("3*x", (1, 1, 1), "one product with the constant"),
    ("5 + 2", (1, 0, 0), "nothing flows"),
    ("x*y + x*z", (3, 5, 7), "four products; the contributions to x meet, in forward mode three pairs"),
)


@pytest.mark.parametrize(("text", "counts", "why"), BY_HAND, ids=[row[0] for row in BY_HAND])
def test_a_tree_is_counted_as_by_hand(text, counts, why):
    assert counted(gradviz.parse(text).expression) == Counts(*counts), why


@pytest.mark.parametrize("n", range(1, 11))
@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_the_formulas_of_a_family_are_those_of_counted_trees(family, n):
    names = [f"x{i}" for i in range(1, n + 1)]
    assert family.counts(n) == counted(gradviz.parse(family.text(names)).expression)


@pytest.mark.parametrize("n", range(3, 9))
def test_the_closed_form_of_a_product_swells_as_counted_by_sympy(n):
    symbols = sympy.symbols(f"x1:{n + 1}")
    whole = sympy.Mul(*symbols)
    assert swell(n) == sum(sympy.count_ops(whole.diff(x)) for x in symbols)


def test_a_reverse_sweep_takes_three_operations_for_a_factor():
    reverse = WAYS[0].operations
    product = next(family for family in FAMILIES if family.name == "product")
    assert [reverse(product.counts(n), n) for n in (2, 10, 200)] == [3, 27, 597]


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_back_propagation_costs_at_most_five_evaluations_whatever_n(family):
    """The cheap gradient principle. Griewank & Walther, Evaluating Derivatives, 2nd ed., §3.3."""
    for n in (2, 10, 1000, LARGEST):
        counts = family.counts(n)
        assert WAYS[0].operations(counts, n) <= 5 * counts.value
        assert WAYS[2].operations(counts, n) >= n * counts.value


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("x1^2 + x2^2", "sum of squares"),
        ("a^2 + b^2 + c^2", "sum of squares"),
        ("(1 - x)^2 + 100(y - x^2)^2", "Rosenbrock"),
        ("x y z", "product"),
        ("x1^2 + 3x2^2", None),
        ("sin(x)", None),
        ("5", None),
    ],
)
def test_the_typed_function_is_known_by_its_tree(text, name):
    family = family_of(gradviz.parse(text))
    assert (family.name if family else None) == name


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("x1^2 + x2^2", (3, 4)),
        ("exp(x*y)*sin(x + y)/(1 + x^2)", (0.4, 1.2)),
        ("x^2 if x < 0 else sqrt(x)", (-2,)),
        ("max(x, y)*|x|", (1, 2)),
        ("f(x, y) = x^2", (3, 4)),
    ],
)
def test_forward_mode_says_what_reverse_mode_says(text, point):
    field = gradviz.parse(text)
    found = forward_gradient(field, point)
    assert found == pytest.approx(gradviz.gradient(field, list(point), "backprop").gradient, rel=1e-14)


def test_the_derivative_along_a_direction_is_the_sum_of_its_parts():
    from gradviz.tree.expression import evaluate
    from gradviz.tree.kinds import NUMPY
    from tests.support.forward_mode import tangents

    field = gradviz.parse("x*y + sin(x)")
    values = evaluate(field.expression, NUMPY, {"x": 0.5, "y": 2.0})
    along = tangents(field.expression, NUMPY, values, {"x": 3.0, "y": -1.0})[-1]
    assert along == pytest.approx(forward_gradient(field, [0.5, 2.0]) @ [3.0, -1.0], rel=1e-15)


# --- the pictures -------------------------------------------------------------------------------------------


def lines(picture) -> dict[str, tuple[list, list]]:
    return {
        trace["meta"]["way"]: (trace["x"], trace["y"])
        for trace in picture.figure["data"]
        if trace["meta"].get("role") != "now"
    }


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_on_the_picture_back_propagation_has_slope_1_and_the_others_2(family):
    picture = cost_picture(family, 2)
    slopes = {}
    for way, (x, y) in lines(picture).items():
        (x0, x1), (y0, y1) = np.log10([x[-10], x[-1]]), np.log10([y[-10], y[-1]])
        slopes[way] = (y1 - y0) / (x1 - x0)
    assert slopes == pytest.approx({"backprop": 1, "forward-mode": 2, "forward": 2, "central": 2}, abs=0.01)
    assert "a million" in picture.caption


def test_where_n_is_now_is_marked():
    marks = [t for t in cost_picture(FAMILIES[0], 2).figure["data"] if t["meta"].get("role") == "now"]
    # 3 + 4; 2(3 + 5); 3·3 + 6; 4·3 + 8
    assert {t["meta"]["way"]: t["y"][0] for t in marks} == {
        "backprop": 7,
        "forward-mode": 16,
        "forward": 15,
        "central": 20,
    }
    assert all(t["x"] == [2] for t in marks)


def test_the_swelling_is_drawn_beside_what_shares():
    found = lines(swell_picture(4))
    assert found["closed form"][1][0] == 3
    assert found["closed form"][1][-1] == LARGEST * (LARGEST - 2)
    assert found["backprop"][1][-1] == 3 * (LARGEST - 1)


def test_the_table_tells_passes_and_operations():
    rows = cost_table(Counts(3, 4, 5), 2)
    assert rows[0] == ("back-propagation", "1 forward + 1 backward", "7")
    assert rows[1] == ("forward mode", "2 of forward mode", "16")
