"""Kinks and jumps that are proved: f is linear on cones next to the point, whatever was rounded."""

import math
import random
from fractions import Fraction
from functools import partial

import numpy as np
import pytest
from flint import fmpq

from gradviz import parse, true_gradient
from gradviz.autodiff.cones import Cone, dot
from gradviz.tree.balls.numbers import sign
from tests.support.conical import is_linear, random_function, unit

NAN, INF = math.nan, math.inf
DIF, KINK, JUMP, INFINITE, UNDEFINED = "differentiable", "kink", "jump", "infinite", "undefined"

at_leisure = partial(true_gradient, seconds=30)

# text, x, status, (left, right), why; by hand
ONE_VARIABLE = [
    ("|x|", 0, KINK, (-1, 1), "the kink itself"),
    ("relu(x) - relu(-x)", 0, DIF, (1, 1), "x"),
    ("max(x, -x) + min(x, 2*x)", 0, KINK, (1, 2), "−x + 2x and x + x"),
    ("max(|x|, 5)*x", 0, DIF, (5, 5), "the loser has the kink"),
    ("min(|x| - 3, floor(x) + 7, x)", 0, KINK, (-1, 1), "the losers jump"),
    ("|x|*x", 0, DIF, (0, 0), "o(x)"),
    ("|x|^1.5", 0, DIF, (0, 0), "o(x)"),
    ("|x|*sin(|x|) + x", 0, DIF, (1, 1), "o(x)"),
    ("sqrt(x^2)", 0, KINK, (-1, 1), "|x|"),
    ("sqrt(x^2 + 4*x^2)", 0, KINK, (-math.sqrt(5), math.sqrt(5)), "√5 |x|"),
    ("sqrt(x^4)", 0, DIF, (0, 0), "x²"),
    ("cbrt(x^2)^2", 0, DIF, (0, 0), "|x|^4/3"),
    ("cbrt(x)", 0, INFINITE, (INF, INF), "upright"),
    ("sqrt(|x|)", 0, INFINITE, (-INF, INF), "a cusp"),
    ("sqrt(x)", 0, INFINITE, (NAN, INF), "the edge of the domain"),
    ("sqrt(sin(x))", 0, INFINITE, (NAN, INF), "sin x is x at first"),
    ("exp(|x - 1|)", 1, KINK, (-1, 1), "e⁰ = 1"),
    ("|sin(pi*x)|", 1, KINK, (-math.pi, math.pi), "a zero of the sine"),
    ("heaviside(x)*x^2", 0, DIF, (0, 0), "a step of height 0"),
    ("sign(x)*x", 0, KINK, (-1, 1), "|x|"),
    ("mod(x, 3)", 6, JUMP, (-INF, 1), "a tooth"),
    ("mod(x, -3)", 6, JUMP, (1, -INF), "a tooth the other way: (−3, 0]"),
    ("mod(x, 3)*(x - 6)", 6, KINK, (3, 0), "a tooth of height 0"),
    ("floor(x)*(x - 2)", 2, KINK, (1, 2), "1 and 2 times"),
    ("x^2 if x < 1 else 2*x - 1", 1, DIF, (2, 2), "the seam is smooth"),
    ("x if x <= 1 else 3", 1, JUMP, (1, INF), "the value is that on the left"),
    ("2 if x == 1 else 3*x", 1, JUMP, (-INF, INF), "one point lies elsewhere"),
    ("3 if x == 1 else 3*x", 1, DIF, (3, 3), "one point that fits"),
    ("1/(x - 1) if x > 3 else |x - 1|", 1, KINK, (-1, 1), "a pole that is not taken"),
    ("x^2*sin(1/x) if x != 0 else 0", 0, DIF, (0, 0), "oscillates within x²"),
    ("x^3*cos(1/x^2) + x if x != 0 else 0", 0, DIF, (1, 1), "the same within |x|³"),
    ("x^2*atan(1/x) + |x| if x != 0 else 0", 0, KINK, (-1, 1), "the same"),
    ("x^5/x^4 if x != 0 else 0", 0, DIF, (1, 1), "x"),
    ("x^4/x^2 if x != 0 else 0", 0, DIF, (0, 0), "x²"),
    ("x*(1 if x >= 0 and not x > 5 else 2)", 0, KINK, (2, 1), "and, not"),
    ("floor(1 - x^8) + x", 0, JUMP, (INF, -INF), "1 − h⁸ takes thousands of bits"),
    ("ceil(x^6) + x^2", 0, JUMP, (-INF, INF), "the same"),
    ("ceil(x^7)", 0, JUMP, (0, INF), "the same"),
    ("root((1 + x^7) - 1, 7)", 0, DIF, (1, 1), "the same"),
    ("root((1 + x^5) - 1, 5)", 0, DIF, (1, 1), "the same"),
    ("abs(x)^0.0005", 0, INFINITE, (-INF, INF), "a power that is nearly 0"),
    ("ceil(x)*x", 1e308, JUMP, (1e308, INF), "numbers past float64 that nothing rapid is done with"),
    ("abs(sqrt(2)*sqrt(3) - sqrt(6) + x)", 0, KINK, (-1, 1), "√2 √3 is √6, which no ball decides"),
    ("relu(gamma(x) - 6)*1e-90 + 1e300", 4, KINK, (0, 7.536706010590803e-90), "6 ψ(4), beside 10³⁰⁰"),
]


@pytest.mark.parametrize(("text", "x", "status", "sides", "why"), ONE_VARIABLE)
def test_slopes_on_both_sides_are_proved(text, x, status, sides, why):
    truth = at_leisure(parse(text), [x])
    assert truth.status == (status,), why
    np.testing.assert_allclose(truth.one_sided, [sides], rtol=1e-15, err_msg=why)
    assert truth.proved.all()
    assert truth.whole_proved
    assert truth.differentiable == (status == DIF)


def test_a_kink_that_does_not_matter_has_all_digits():
    assert at_leisure(parse("relu(x)*y/3 - relu(-x)*y/3"), (0, 1)).digits(12) == (
        "0.333333333333",
        "0." + "0" * 11,
    )
    assert at_leisure(parse("|x|"), 0).digits(12) == ("",)


# text, point, differentiable as a whole, proved, why
WHOLE = [
    ("cbrt(x*y*z)", (0, 0, 0), False, False, "x along the diagonal"),
    ("1e-90*cbrt(x*y*z)", (0, 0, 0), False, False, "however flat"),
    ("max(0, min(x, y, z))", (0, 0, 0), False, True, "an octant"),
    ("1e-90*max(0, min(x, y, z))", (0, 0, 0), False, True, "however flat"),
    ("1 if x > 0 and y > 0 and z > 0 else 0", (0, 0, 0), False, True, "a jump into an octant"),
    ("max(0, min(-x, -y, z))", (0, 0, 0), False, True, "another octant"),
    ("max(0, min(-x, -y))", (0, 0), False, True, "a quadrant away from the axes"),
    ("max(0, min(y - 2*x, 3*x - y))", (0, 0), False, True, "a wedge between two slopes"),
    ("max(0, min(y - 2*x, 2.000001*x - y))", (0, 0), False, True, "a very narrow one"),
    ("max(0, min(y - 2*x, 2.000001*x - y, z - 7*x, 7.0001*x - z))", (0, 0, 0), False, True, "a needle"),
    ("max(1, min(y - 2*x + 1, 2.01*x - y + 1)) + sin(x)", (0, 0), False, True, "a wedge on a slope"),
    ("1 if 2*x < y and y < 3*x else 0", (0, 0), False, True, "a jump in a wedge"),
    ("1 if y == x^2 and x > 0 else 0", (0, 0), False, False, "1 along a parabola"),
    ("1 if x^2 < y and y < 2*x^2 else 0", (0, 0), False, False, "1 between two parabolas"),
    ("x if y == 2*x else 0", (0, 0), False, False, "another slope on one line"),
    ("max(0, min(x, y, z))^2", (0, 0, 0), True, True, "o(δ)"),
    ("x*abs(y)*z", (0, 0, 0), True, True, "o(δ)"),
    ("cbrt(x*y*z)^4", (0, 0, 0), True, True, "o(δ)"),
    ("sqrt(x^2 + y^2)^3 + x", (0, 0), True, True, "o(δ)"),
    ("hypot(x, y)*y + x", (0, 0), True, True, "o(δ)"),
    ("x^2*sign(y) + y^2*floor(x)", (0, 0), True, True, "steps of no height"),
    ("max(x, y) + min(x, y)", (1, 1), True, True, "x + y"),
    ("|x + y| + |x - y| - 2*max(|x|, |y|)", (0, 0), True, True, "0"),
    ("x + relu(y*z)", (0, 0, 0), True, True, "o(δ)"),
    ("x y^2/(x^2 + y^2)^0.5 if x^2 + y^2 > 0 else 0", (0, 0), True, False, "of degree 2"),
]


@pytest.mark.parametrize(("text", "point", "whole", "proved", "why"), WHOLE, ids=[row[0] for row in WHOLE])
def test_partial_derivatives_are_followed_in_all_directions(text, point, whole, proved, why):
    truth = at_leisure(parse(text), point)
    assert truth.status == (DIF,) * len(point)
    assert truth.differentiable == whole, why
    assert truth.whole_proved == proved, why
    assert ("no direction tried contradicts it" in truth.note) == (whole and not proved)
    assert ("still not differentiable" in truth.note) == (not whole)


def test_random_functions_on_cones_are_decided_as_by_fractions():
    """Slopes on both sides of every coordinate exactly, and whether f is linear."""
    choice, proved = random.Random(7), 0
    for _ in range(150):
        names = ("x", "y", "z")[: choice.choice((2, 3))]
        n = len(names)
        function = random_function(choice, names, choice.choice((2, 3)))
        field = parse(function.text, variables=names)
        truth = at_leisure(field, [0.0] * n)
        for i in range(n):
            left, right = -function(tuple(-a for a in unit(i, n))), function(unit(i, n))
            assert truth.one_sided[i].tolist() == [float(left), float(right)], function.text
        linear = is_linear(function, n, choice)
        if linear and not truth.differentiable and n > 2:  # a narrow cone, between twelve planes
            linear = is_linear(function, n, choice, 400)
        assert truth.differentiable == linear, function.text
        proved += truth.whole_proved
    assert proved > 140


def test_products_of_two_are_flat():
    """f·g of two functions that are 0 at the point, and continuous to first order, has gradient 0."""
    choice = random.Random(3)
    for _ in range(40):
        f, g = (random_function(choice, ("x", "y"), 2) for _ in "fg")
        truth = at_leisure(parse(f"({f.text})*({g.text}) + x", variables=("x", "y")), (0, 0))
        assert truth.gradient.tolist() == [1, 0]
        assert truth.differentiable
        assert truth.whole_proved


@pytest.mark.parametrize("n", [2, 3, 4])
def test_a_hyperplane_divides_a_cone_into_what_lies_on_its_sides(n):
    """A random direction lies in one part by its signs; the parts' generators have those signs too."""
    choice = random.Random(n)
    cones = [Cone.everything(n)]
    for _ in range(4):
        form = tuple(fmpq(choice.randint(-3, 3)) for _ in range(n))
        divided = []
        for cone in cones:
            above, below, level = cone.divided(form)
            for part, side in ((above, 1), (below, -1)):
                if part is not None:
                    divided.append(part)
                    assert all(sign(dot(form, ray)) in (0, side) for ray in part.rays)
                    assert all(sign(dot(form, line)) == 0 for line in part.lines)
            assert all(sign(dot(form, v)) == 0 for v in (*level.rays, *level.lines))
        cones = divided
    insides = {cone.interior() for cone in cones}
    assert len(insides) == len(cones)


def test_fractions_agree_with_the_text():
    """The oracle's own functions are what their texts say."""
    choice = random.Random(1)
    for _ in range(40):
        function = random_function(choice, ("x", "y"), 3)
        point = (Fraction(choice.randint(-9, 9)), Fraction(choice.randint(-9, 9)))
        value = parse(function.text, variables=("x", "y"))([float(a) for a in point])
        assert float(value) == float(function(point))


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("x^2*tan(1/x)", "undefined"),
        ("x^2*log(abs(sin(1/x)))", "undefined"),
        ("x^3*log10(cos(1/x^2)^2)", "undefined"),
        ("x^2*log(abs(x sin(1/x)))", "undefined"),
        ("x^2/sin(1/x)^2", "undefined"),
        ("x^2 sin(1/x)^(-2)", "undefined"),
        ("x^2*log(2 + sin(1/x))", "differentiable"),
        ("x^2*log(abs(sin(x)))", "differentiable"),
        ("x^2*log(exp(sin(1/x)))", "differentiable"),
        ("x^2*sqrt(abs(sin(1/x)))", "differentiable"),
        ("x^2/sin(1/x)", "undefined"),
        ("x^3*sec(1/x)", "undefined"),
        ("x^2*tan(log(abs(x)))", "undefined"),
        ("x^2*digamma(1/x)", "undefined"),
        ("x^2*exp(-1/x^2)/sin(1/x)", "undefined"),
        ("x^2/(2 + sin(1/x))", "differentiable"),
        ("x^3*cot(x)", "differentiable"),
        ("x^2*sin(1/x) + (0 if abs(x) < 1 else tan(1/x))", "differentiable"),
        ("x^2*sin(1/x)/(1 + x^2)", "differentiable"),
    ],
)
def test_where_poles_gather_there_is_no_slope(text, status):
    """By hand: next to 0 lie poles of tan(1/x), at 1/x = π/2 + kπ, where x tan(1/x) has no bound."""
    field = parse(f"({text}) if x != 0 else 0")
    assert true_gradient(field, 0.0).status == (status,)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("sqrt(abs(x)) cos(sqrt(-log(abs(x))))^2", "undefined"),
        ("sqrt(abs(x)) mod(log(abs(x)), 2) + x", "undefined"),
        ("mod(log(abs(x)), 2) + abs(x)", "undefined"),
        ("x mod(1/sqrt(abs(x)), 2) + x^2", "undefined"),
        ("sqrt(abs(x)) (2 + sin(log(abs(x))))", "infinite"),
        ("sqrt(abs(x)) (2 + sin(1/x))", "infinite"),
        ("sqrt(abs(x)) exp(cos(1/x^2))", "infinite"),
        ("cbrt(x) sin(1/x)^2", "undefined"),
        ("2 + sin(1/x)", "undefined"),
        ("x sqrt(abs(x)) mod(1/x^2, 2)", "differentiable"),
        ("x sqrt(abs(x)) mod(1/tanh(x), 2)", "differentiable"),
        ("x^2 sin(pi/x)", "differentiable"),
        ("cbrt(x) abs(sin(1/x^2))", "undefined"),
        ("sqrt(abs(x)) acos(cos(log(abs(x))))", "undefined"),
        ("x/log(abs(x))", "differentiable"),
        ("sqrt(abs(x)) log(abs(x))", "infinite"),
        ("sqrt(abs(x))/log(abs(x))", "infinite"),
        ("cbrt(x) (1 + x sin(1/x))", "infinite"),
    ],
)
def test_an_oscillation_that_looks_regular_at_powers_of_two(text, status):
    """By hand: the quotient is |x|^(−½) cos², 0 again and again; or at most 2√|x|, though 0 at all 2^(−k)."""
    assert true_gradient(parse(f"{text} if x != 0 else 0"), 0.0).status == (status,)
