"""A scalar field takes points of any shape, says which points it cannot take, and is equal to its like."""

import math
import pickle
from fractions import Fraction

import numpy as np
import pytest
import sympy

import gradviz
from gradviz import ClosedFormError, GradvizError, PointError, content, parse
from gradviz.symbolic.closed_form import closed_form

ONE, TWO, THREE, NONE = parse("x^2"), parse("x1^2 + x2^2"), parse("x y z"), parse("5")

# field, points, shape of the answer
SHAPES = [
    (TWO, [3, 4], ()),
    (TWO, [[3, 4]], (1,)),
    (TWO, np.zeros((7, 2)), (7,)),
    (TWO, np.zeros((5, 7, 2)), (5, 7)),
    (TWO, np.zeros((0, 2)), (0,)),
    (ONE, [3.0], ()),
    (ONE, [[3.0], [4.0]], (2,)),
    (ONE, np.zeros((4, 1)), (4,)),
    (THREE, np.zeros((2, 3)), (2,)),
    (NONE, [], ()),
    (NONE, np.zeros((6, 0)), (6,)),
    (parse("7", variables=("x",)), np.zeros((3, 1)), (3,)),
]


@pytest.mark.parametrize(("field", "points", "shape"), SHAPES)
def test_the_last_axis_is_the_coordinates_and_goes(field, points, shape):
    values = field(points)
    assert isinstance(values, np.ndarray)
    assert values.shape == shape
    assert values.dtype == np.float64


def test_values_are_those_of_the_function():
    assert float(TWO([3, 4])) == 25
    assert ONE([[1], [2], [3]]).tolist() == [1, 4, 9]
    assert NONE([]) == 5
    assert THREE([[1, 2, 3], [2, 3, 4]]).tolist() == [6, 24]


def test_one_answer_can_be_written_to():
    """A constant's values are broadcast inside; outside they are the caller's own."""
    values = NONE(np.zeros((3, 0)))
    values[0] = 1
    assert values.tolist() == [1, 5, 5]


# points that are numbers of another kind
KINDS = [
    [3, 4],
    (3, 4),
    np.array([3, 4], dtype=np.int8),
    np.array([3, 4], dtype=np.float32),
    np.array([3, 4], dtype=np.uint64),
    [Fraction(3), Fraction(4)],
    [np.float64(3), 4],
    [3, 4.0],
]


@pytest.mark.parametrize("point", KINDS, ids=repr)
def test_real_numbers_of_every_kind_become_float64(point):
    assert float(TWO(point)) == 25
    assert gradviz.gradient(TWO, point, "central").gradient.dtype == np.float64


def test_integers_past_64_bits_are_numbers():
    assert float(ONE([10**30])) == pytest.approx(1e60)


BAD = [
    (TWO, 3, "a number for two variables"),
    (TWO, [3], "too few"),
    (TWO, [3, 4, 5], "too many"),
    (TWO, [[3], [4]], "a column"),
    (TWO, [math.nan, 4], "not a number"),
    (TWO, [3, math.inf], "infinite"),
    (TWO, ["3", "4"], "text"),
    (TWO, "34", "text as a whole"),
    (TWO, [3, 4j], "complex"),
    (TWO, [True, False], "truth values"),
    (TWO, None, "nothing"),
    (TWO, [None, 4], "nothing among numbers"),
    (TWO, [[3, 4], [5]], "rows of different lengths"),
    (TWO, {"x1": 3, "x2": 4}, "a mapping"),
    (TWO, [10**400, 1], "an integer past float64"),
    (TWO, [[]], "an empty row"),
    (NONE, [1.0], "a coordinate for a constant"),
    (ONE, [], "none for one variable"),
]


@pytest.mark.parametrize(
    ("field", "points", "why"), BAD, ids=lambda value: value if isinstance(value, str) else None
)
def test_what_is_no_point_is_refused(field, points, why):
    with pytest.raises(PointError) as refusal:
        field(points)
    assert str(refusal.value)
    assert isinstance(refusal.value, ValueError)
    for verb in (gradviz.gradient, gradviz.true_gradient, gradviz.trace, gradviz.sweep):
        with pytest.raises(PointError):
            verb(field, points)


def test_the_refusal_names_the_coordinate():
    with pytest.raises(PointError, match="x2 must be a finite number"):
        TWO([3, math.inf])
    with pytest.raises(PointError, match=r"2 coordinates \(x1, x2\)"):
        TWO([3])


def test_the_point_may_be_a_bare_number_when_there_is_one_variable():
    assert gradviz.gradient(ONE, 3, "central").gradient.shape == (1,)
    assert gradviz.true_gradient(ONE, 3).gradient.tolist() == [6]
    assert gradviz.trace(ONE, np.float64(3)).gradient.tolist() == [6]
    assert gradviz.true_gradient(ONE, np.array(3.0)).gradient.tolist() == [6]
    with pytest.raises(PointError):
        ONE(3)  # points are not the point: their last axis is n, always


def test_the_point_is_one_point():
    for verb in (gradviz.gradient, gradviz.true_gradient, gradviz.trace, gradviz.sweep):
        with pytest.raises(PointError):
            verb(TWO, [[3, 4], [5, 6]])


def test_a_point_that_was_given_is_not_changed():
    point = np.array([3.0, 4.0])
    for method in gradviz.METHODS:
        gradviz.gradient(TWO, point, method.name)
    gradviz.sweep(TWO, point)
    assert point.tolist() == [3, 4]


# formula, points outside its domain: values are nan, and nothing is said on the console (warnings are
# errors here)
HOLES = [
    ("log(x)", [0, -1]),
    ("1/x", [0]),
    ("x^-1", [0]),
    ("sqrt(x)", [-1]),
    ("asin(x)", [2, -2]),
    ("acosh(x)", [0]),
    ("atanh(x)", [1, -1, 2]),
    ("x^0.5", [-4]),
    ("x^(1/3)", [-8]),
    ("gamma(x)", [0, -1, -2]),
    ("loggamma(x)", [0, -0.5]),
    ("log(x)/log(x)", [1, 0]),
    ("0*log(x)", [0]),
    ("mod(x, x)", [0]),
    ("atan2(x, x)", [0]),
    ("0^(-abs(x))", [1]),
    ("cot(x)", [0]),
]


@pytest.mark.parametrize(("text", "points"), HOLES)
def test_outside_the_domain_is_nan_in_silence(text, points):
    field = parse(text)
    assert np.isnan(field(np.array(points, dtype=float)[:, np.newaxis])).all()


def test_overflow_is_infinite_in_silence():
    assert parse("exp(x)")([1e4]) == math.inf
    assert parse("-exp(x)")([1e4]) == -math.inf
    assert math.isnan(parse("exp(x) - exp(x)")([1e4]))


def test_one_value_at_a_time_is_the_same_as_all_at_once():
    field = parse("sin(x)/y + x^3*y^2 - log(abs(x) + 1) + max(x, y, 0.5)")
    points = np.random.default_rng(2).uniform(-3, 3, (200, 2))
    assert field(points).tolist() == [float(field(point)) for point in points]


SAME = [
    ("x1^2 + x2^2", "x₁² + x₂²"),
    ("2x", "2*x"),
    ("x**2", "x^2"),
    ("sin x", "sin(x)"),
    ("0.5x", ".50 x"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same_function_is_equal_however_it_is_spelled(one, other):
    one, other = parse(one), parse(other)
    assert one.text != other.text
    assert one == other
    assert hash(one) == hash(other)
    assert len({one, other}) == 1


DIFFERENT = [
    (parse("x + y"), parse("y + x")),  # the tree is what was typed
    (parse("x + y"), parse("x + y", variables=("y", "x"))),
    (parse("x"), parse("x", variables=("x", "y"))),
    (parse("a x", parameters=("a",)), parse("a x")),
    (
        parse("a x", parameters=("a",)).with_parameters(a=1.0),
        parse("a x", parameters=("a",)).with_parameters(a=2.0),
    ),
    (parse("2x"), parse("2.5x")),
]


@pytest.mark.parametrize(("one", "other"), DIFFERENT, ids=lambda field: field.text)
def test_another_function_is_another_field(one, other):
    assert one != other


def test_everything_pickles():
    field = parse("a sin(x) + x^2/y", parameters=("a",)).with_parameters(a=2.0)
    field([1, 2])  # a plan is kept with the tree, and does not travel
    copy = pickle.loads(pickle.dumps(field))
    assert copy == field
    assert hash(copy) == hash(field)
    assert (copy.text, copy.remarks) == (field.text, field.remarks)
    assert copy([1, 2]) == field([1, 2])
    for noun in (
        gradviz.gradient(field, [1, 2], "adaptive"),
        gradviz.true_gradient(field, [1, 2]),
        gradviz.trace(field, [1, 2]),
        gradviz.sample(field, ((-1, 1), (1, 2)), 3),
    ):
        again = pickle.loads(pickle.dumps(noun))
        assert type(again) is type(noun)
        assert np.array_equal(getattr(again, "gradient", 0), getattr(noun, "gradient", 0))
    for error in (gradviz.ParseError("no", 3), PointError("no"), gradviz.StepError("no")):
        again = pickle.loads(pickle.dumps(error))
        assert (type(again), str(again)) == (type(error), "no")
        assert getattr(again, "column", None) == getattr(error, "column", None)


def test_parameters_are_held_fixed():
    field = parse("a x^2 + b", parameters=("a", "b"))
    assert field.variables == ("x",)
    with pytest.raises(GradvizError, match="parameter a has no value"):
        field([1.0])
    with pytest.raises(GradvizError, match="a has no value"):
        gradviz.gradient(field, [1.0])
    partly = field.with_parameters(a=3)
    with pytest.raises(GradvizError, match="parameter b has no value"):
        partly([1.0])
    whole = partly.with_parameters(b=0.5)
    assert whole([2.0]) == 12.5
    assert field.parameters == (("a", None), ("b", None))  # a new field each time
    assert whole.with_parameters(a=1.0)([2.0]) == 4.5
    for method in gradviz.METHODS:
        estimate = gradviz.gradient(whole, [2.0], method.name, step=1e-3)
        assert estimate.gradient[0] == pytest.approx(12, rel=1e-3), method.name
    assert gradviz.true_gradient(whole, [2.0]).gradient.tolist() == [12]
    assert gradviz.trace(whole, [2.0]).gradient.tolist() == [12]


@pytest.mark.parametrize("value", [math.nan, math.inf, "3", None, 1j, True, 10**400], ids=repr)
def test_a_parameter_is_one_finite_number(value):
    with pytest.raises(GradvizError):
        parse("a x", parameters=("a",)).with_parameters(a=value)


def test_a_parameter_that_is_not_there_is_named():
    with pytest.raises(GradvizError, match="‘c’ is no parameter"):
        parse("a x", parameters=("a",)).with_parameters(c=1.0)


def test_a_constant_has_an_empty_gradient():
    for method in gradviz.METHODS:
        estimate = gradviz.gradient(NONE, [], method.name)
        assert estimate.gradient.shape == (0,)
        assert estimate.status == "ok"
    assert gradviz.true_gradient(NONE, []).status == ()
    assert gradviz.true_gradient(NONE, []).one_sided.shape == (0, 2)


def test_a_variable_that_does_not_occur_has_slope_0():
    field = parse("x^2", variables=("x", "y"))
    for method in gradviz.METHODS:
        assert gradviz.gradient(field, [3, 4], method.name, 1e-3).gradient[1] == 0
    assert gradviz.true_gradient(field, [3, 4]).gradient.tolist() == [6, 0]


WITHOUT_VALUE = [  # SymPy makes of these zoo, oo, nan, an interval or I: none is a value of a real function
    "tan(pi/2)",
    "tan(pi/2) x",
    "cot(pi) x",
    "x/sin(pi)",
    "1/(x-x)",
    "(x-x)/(x-x)",
    "x/(2y-2y)",
    "0*(1/(x-x))",
    "log(x-x)",
    "gamma(x-x)",
    "loggamma(x-x)",
    "digamma(x-x)",
    "(x-x)^-1",
    "0^x",
    "exp(1/(x-x))",
    "atan(1/(x-x))",
    "abs(1/(x-x))",
    "where(x>0, x, 1/(x-x))",
    "where(x>0, 1/(x-x), x)",
    "sqrt(-x^2)",
    "sqrt(x-x-1)",
]


@pytest.mark.parametrize("text", WITHOUT_VALUE)
def test_a_closed_form_without_a_value_is_refused(text):
    field = parse(text)
    for form in (lambda: field.closed_form, lambda: field.partials, lambda: closed_form(field)):
        with pytest.raises(ClosedFormError, match="no closed form"):
            form()


# f, the left-hand side of its first derivative as it is set, and what the formula has
SET = [
    ("x^2", r"\frac{d f}{d x}", "2 x"),  # one variable: no partial derivative
    ("x y", r"\frac{\partial f}{\partial x}", "y"),
    ("x if x > 0 else -x", r"\frac{d f}{d x}", r"\text{if}\: x > 0"),  # not ‘for’: f itself says ‘if’
    ("lgamma(x)", r"\frac{d f}{d x}", r"= \psi\left(x\right)"),  # not ‘polygamma(0, x)’
    ("digamma(x)", r"\frac{d f}{d x}", r"= \psi^{\left(1\right)}\left(x\right)"),
    ("erfinv(x)", r"\frac{d f}{d x}", r"\operatorname{erf}^{-1}\left(x\right)"),
]


@pytest.mark.parametrize(("text", "left", "right"), SET)
def test_a_derivative_is_set_as_f_is(text, left, right):
    _, formula = content.partials_latex(parse(text))[0]
    assert formula.startswith(f"{left} = ")
    assert right in formula


def test_a_hole_that_was_typed_stays_in_the_closed_form():
    x = sympy.Symbol("x", real=True)
    assert parse("where(x>0, x^2, undefined)").partials == (sympy.Piecewise((2 * x, x > 0), (0, True)),)
    assert closed_form(parse("Piecewise((x, x>0), (-x, x<0))")).partials_latex[0]


def test_closed_form_and_partials_are_sympy_over_real_symbols():
    import sympy

    x1, x2 = sympy.symbols("x1 x2", real=True)
    assert TWO.closed_form == x1**2 + x2**2
    assert TWO.partials == (2 * x1, 2 * x2)
    assert parse("|x|").partials == (sympy.sign(sympy.Symbol("x", real=True)),)
    assert NONE.partials == ()


@pytest.mark.parametrize("method", gradviz.METHODS, ids=lambda method: method.name)
def test_a_parameter_is_as_good_as_its_number(method):
    held = gradviz.parse("f(x, y) = a x^2 + sin(b y)", parameters=("a", "b")).with_parameters(a=2.0, b=0.5)
    typed = gradviz.parse("f(x, y) = 2 x^2 + sin(0.5 y)")
    one, other = (gradviz.gradient(f, (3, 4), method.name, 1e-3).gradient for f in (held, typed))
    assert one == pytest.approx(other, rel=1e-12)
    assert [str(partial) for partial in held.partials] == ["2*a*x", "b*cos(b*y)"]
    assert gradviz.trace(held, (3, 4)).gradient == pytest.approx(
        gradviz.true_gradient(typed, (3, 4)).gradient
    )
    window = ((-1, 1), (-1, 1))
    assert (gradviz.sample(held, window, 5).z == gradviz.sample(typed, window, 5).z).all()
