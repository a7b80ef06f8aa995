"""Proved digits: what two precisions agreed upon in vain, what hung, and what can only be inferred."""

import math
import pickle
import random
import threading
from functools import partial

import mpmath
import numpy as np
import pytest
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

import gradviz
from gradviz import GradvizError, parse, true_gradient
from gradviz.tree.operations import OPERATIONS
from tests.methods.test_methods import TEXTS, field_of

NAN, INF, PI = math.nan, math.inf, math.pi
DIF, KINK, JUMP, INFINITE, UNDEFINED = "differentiable", "kink", "jump", "infinite", "undefined"
UNDECIDED = "undecided"

at_leisure = partial(true_gradient, seconds=30)

# text, point, gradient, why; each is correctly rounded, by algebra or by a series in the head
PROVED = [
    ("digamma(x)", (-10000000.5,), (9.86960430108937,), "π², and not by ten million steps"),
    ("digamma(x)", (-1e15 - 0.5,), (PI**2,), "nor by 10¹⁵"),
    ("sinc(x)", (1e-40,), (-1e-40 / 3,), "cos a − sinc a cancels at any precision but the right one"),
    ("1e60*sinc(x)", (1e-60,), (-1 / 3,), "the same"),
    ("sinc(x)", (-1e-300,), (1e-300 / 3,), "the same on the left"),
    ("sin(x) + 1e-100*tan(x) - x", (0,), (1e-100,), "adjoints that absorb each other while every value is 0"),
    ("x*ceil(sin(pi))", (1,), (0,), "sin π is 0"),
    ("x*mod(1.5, 1e-3)", (1,), (0,), "1500 thousandths"),
    ("x*heaviside(cos(pi/2))", (1,), (0.5,), "cos π/2 is 0"),
    ("x*floor(tan(pi/4))", (3,), (1,), "tan π/4 is 1"),
    ("x*floor(sqrt(2)*sqrt(8))", (1,), (4,), "√2 √8 is 4"),
    ("x*floor(log10(1000))", (1,), (3,), "log₁₀ 1000 is 3"),
    ("x*sign(4*atan(1) - pi)", (1,), (0,), "4 atan 1 is π"),
    ("x^tanh(x)", (50,), (1,), "tanh 50 is 1 but for 43 digits"),
    ("x^erf(x)", (9,), (1,), "erf 9 is 1 but for 37 digits"),
    ("log(1 + exp(x))", (-1e4,), (0,), "e^−10000"),
    ("erfc(x)", (2e4,), (0,), "e^(−4·10⁸)"),
    ("1 - tanh(x)^2", (1e4,), (0,), "both are 1"),
    ("sin(x)^2 + cos(x)^2", (0.7,), (0,), "1"),
    ("exp(log(x)) - x", (3,), (0,), "0"),
    ("floor(exp(x))", (1e4,), (0,), "an integer of 14427 bits"),
    ("mod(exp(x), 2)", (1e4,), (INF,), "the slope of a tooth is that of e^x"),
    ("2^exp(x)", (1e4,), (INF,), "past float64"),
    ("exp(-exp(x))", (100,), (0,), "below float64"),
    ("floor(x)*0 + x", (0.5,), (1,), "a tread of height 0"),
    ("1/(x - 1) if x > 3 else x", (1,), (1,), "a pole in the branch that is not taken"),
    ("max(x, x)", (1,), (1,), "one node twice"),
    ("|x - 1e-320|", (0,), (-1,), "a kink just beside the point"),
    ("tanh(loggamma(x))", (1e-300,), (-4e-300,), "1 − tanh² of 690, by −10³⁰⁰"),
    ("x + y*(1 if cos(pi/3) == 0.5 else 2)", (1, 1), (1, 1), "cos 60° is ½"),
]


@pytest.mark.parametrize(("text", "point", "gradient", "why"), PROVED, ids=[row[0] for row in PROVED])
def test_it_is_proved(text, point, gradient, why):
    truth = at_leisure(parse(text), point)
    assert truth.status == (DIF,) * len(point), why
    assert truth.proved.all(), why
    np.testing.assert_array_equal(truth.gradient, gradient, why)


# text, x, status, (left, right), why
INFERRED = [
    ("sqrt(sqrt(sqrt(1 - cos(x^4))))", 0, KINK, (-(0.5**0.125), 0.5**0.125), "1 − cos of h⁴"),
    ("sqrt(sqrt(1 - cos(x^2)))", 0, KINK, (-(0.5**0.25), 0.5**0.25), "1 − cos of h²"),
    ("x*sin(6/x)^2 if x != 0 else 0", 0, UNDEFINED, (NAN, NAN), "oscillates, and happens to grow"),
    ("sin(2.4/x) if x != 0 else 0", 0, UNDEFINED, (NAN, NAN), "the same"),
    ("x*sin(20*log(abs(x))) if x != 0 else 0", 0, UNDEFINED, (NAN, NAN), "slower"),
    ("x*sin(3.7/x)^4 if x != 0 else 0", 0, UNDEFINED, (NAN, NAN), "the same"),
    ("1/log(log(1/abs(x))) if x != 0 else 0", 0, INFINITE, (-INF, INF), "continuous, as slowly as that"),
    ("1 + 1/log(log(1/abs(x))) if x != 0 else 1", 0, INFINITE, (-INF, INF), "the same, from 1"),
    ("1 + 1/log(log(1/abs(x))) if x != 0 else 0", 0, JUMP, (-INF, INF), "the same, with a jump"),
    ("x*log(log(1/abs(x))) if x != 0 else 0", 0, INFINITE, (INF, INF), "a slope as slow as that"),
    ("x + x/log(abs(x)) if x != 0 else 0", 0, DIF, (1, 1), "1 + 1/ln h, to 160 places at the last step"),
    ("x*sin(1/x)/log(abs(x)) if x != 0 else 0", 0, DIF, (0, 0), "sin/ln h: at no phase more than 1/ln h"),
    ("(x - 1)*cos(1/(x - 1))/log(abs(x - 1)) if x != 1 else 0", 1, DIF, (0, 0), "the same beside 1"),
    ("x*asin(sin(1/x))/log(-log(abs(x))) if x != 0 else 0", 0, DIF, (0, 0), "the same, slower"),
    ("x*(sin(1/x)^2 - 1/2)/log(abs(x)) + abs(x) if x != 0 else 0", 0, KINK, (-1, 1), "beside a kink"),
    ("x*sin(log(abs(log(abs(x)))))/log(abs(x)) if x != 0 else 0", 0, DIF, (0, 0), "a slow wave that falls"),
    ("x*sin(log(abs(log(abs(x))))) if x != 0 else 0", 0, UNDEFINED, (NAN, NAN), "one that does not"),
    ("x*sign(sin(log(abs(log(abs(x)))))) if x != 0 else 0", 0, UNDEFINED, (NAN, NAN), "the same in steps"),
    ("sqrt(abs(x))*(2 + sin(log(abs(log(abs(x)))))) if x != 0 else 0", 0, INFINITE, (-INF, INF), "≥ √|x|"),
    ("cbrt(x) + x*sin(log(abs(log(abs(x))))) if x != 0 else 0", 0, INFINITE, (INF, INF), "a wave beside ∛x"),
]


@pytest.mark.parametrize(("text", "x", "status", "sides", "why"), INFERRED, ids=[row[0] for row in INFERRED])
def test_it_is_inferred(text, x, status, sides, why):
    truth = at_leisure(parse(text), [x])
    assert truth.status == (status,), why
    np.testing.assert_allclose(truth.one_sided, [sides], rtol=1e-15, err_msg=why)
    assert not truth.proved.any()
    assert truth.digits(5) == ("",)


# amplitude, the status it leaves: of the order of x and larger the quotients have no limit
AMPLITUDES = [
    ("1", UNDEFINED),
    ("x", UNDEFINED),
    ("sqrt(abs(x))", UNDEFINED),
    ("2*x + x^2", UNDEFINED),
    ("x^2", DIF),
]
OSCILLATIONS = (
    "sin({}/x)",
    "sin({}/x)^2",
    "sin({}/x)^4",
    "abs(sin({}/x))",
    "exp(sin({}/x))",
    "mod({}/x, 1)",
    "sin({}/x^2)",
    "floor(mod({}/x, 2))",
    "sin({}*log(abs(x)))",
    "cos({}/tanh(x))",
    "sin({}/cbrt(x))",
)


@pytest.mark.parametrize(("amplitude", "status"), AMPLITUDES, ids=[row[0] for row in AMPLITUDES])
def test_an_oscillation_is_neither_a_slope_nor_a_jump_nor_upright(amplitude, status):
    choice = random.Random(5)
    for form in OSCILLATIONS:
        for _ in range(4):
            oscillation = form.format(round(choice.uniform(0.5, 50), choice.choice((0, 1, 2))) or 1)
            truth = at_leisure(parse(f"({amplitude})*{oscillation} if x != 0 else 0"), [0])
            # e to a sine is 1/e and more: √|x| times it stands upright at 0
            upright = amplitude.startswith("sqrt") and form.startswith("exp")
            assert truth.status == ("infinite" if upright else status,), oscillation


# text, x, why: what touches 0 once in e^(2π) times e^(2π) times … smaller steps, and what has no exact steps
@pytest.mark.parametrize(
    ("text", "x"),
    [
        ("sqrt(abs(x))*cos(log(abs(log(abs(x)))))^2 if x != 0 else 0", 0),
        ("sqrt(abs(x))*acos(cos(log(abs(log(abs(x)))))) + x if x != 0 else 0", 0),
        ("sqrt(abs(x - 1))*cos(log(abs(log(abs(x - 1)))))^2 if x != 1 else 0", 1),
        ("x + x/log(-log(abs(x))) if x != 0 else 0", 0),
        ("x + (x - 1)/log(abs(x - 1)) if x != 1 else 1", 1),
    ],
)
def test_what_no_step_tells_is_not_claimed(text, x):
    assert at_leisure(parse(text), [x]).status == ("undecided",)


# text, x, why: 1 − tanh x is not 0, and no precision that can be afforded tells it from 0
UNDECIDABLE = [
    ("coth(ceil(coth(x)))", 1e8, "⌈1 + 2e⁻²ˣ⌉ is 2"),
    ("acos(sigmoid(x))", 1e8, "the edge of its domain is so near"),
    ("floor(erf(x))", 1e3, "⌊1 − …⌋ is 0"),
    ("x*sign(1 - tanh(x))", 1e8, "1"),
    ("floor(1 + exp(-exp(x)))*x", 20, "1, and the jump is far away"),
    ("sin(exp(exp(x)))", 10, "an angle of 31,700 bits"),
]


@pytest.mark.parametrize(("text", "x", "why"), UNDECIDABLE, ids=[row[0] for row in UNDECIDABLE])
def test_what_no_precision_tells_is_not_guessed(text, x, why):
    truth = at_leisure(parse(text), [x])
    assert truth.status == (UNDECIDED,), why
    assert "with numbers of bounded size" in truth.note
    assert not truth.proved.any()


def test_a_value_half_way_between_two_floats_is_no_obstacle():
    """−2·10¹⁶ + 2 is, and erfc(−10¹⁶) is below 2 by e^(−10³²)."""
    truth = at_leisure(parse("x + x + erfc(x)"), [-1e16])
    assert truth.gradient.tolist() == [2]
    assert truth.proved.all()
    assert truth.value in (-2e16, math.nextafter(-2e16, 0))


def test_a_power_of_ten_past_float64_keeps_its_size():
    truth = at_leisure(parse("0.1^x"), [-1e16])
    assert truth.value_decimals == "1e+10000000000000000"
    assert truth.decimals[0][0] == "-2.303e+10000000000000000"


def test_a_coordinate_is_proved_though_another_is_inferred():
    truth = at_leisure(parse("x^x + y^2/3 + abs(x)*sin(y)"), (0, 1))
    assert truth.status == (INFINITE, DIF)
    assert truth.proved.tolist() == [False, True]
    assert truth.digits(10) == ("", "0.6666666667")


def test_no_value_is_proved_too():
    truth = at_leisure(parse("log(x)/x"), [0])
    assert truth.status == (UNDEFINED,)
    assert truth.proved.tolist() == [True]
    assert truth.digits(3) == ("",)


@pytest.mark.parametrize("n", range(2, 11))
def test_ackleys_function_is_proved_in_n_variables(n):
    names = [f"x{i}" for i in range(1, n + 1)]
    squares, cosines = "+".join(f"{x}^2" for x in names), "+".join(f"cos(2*pi*{x})" for x in names)
    text = f"-20*exp(-0.2*sqrt(({squares})/{n})) - exp(({cosines})/{n}) + 20 + e"
    point = ([1, 0.5, -0.5, 2, 0.25] * 2)[:n]
    truth = at_leisure(parse(text), point)
    with mpmath.workdps(50):
        x = [mpmath.mpf(a) for a in point]
        radius = mpmath.sqrt(sum(a * a for a in x) / n)
        waves = mpmath.exp(sum(mpmath.cos(2 * mpmath.pi * a) for a in x) / n)
        expected = [
            float(
                4 * mpmath.exp(-radius / 5) * a / (n * radius)
                + waves * 2 * mpmath.pi * mpmath.sin(2 * mpmath.pi * a) / n
            )
            for a in x
        ]
    assert truth.proved.all()
    # sin of a multiple of π is 0 here, and 1e-50 for mpmath
    np.testing.assert_allclose(truth.gradient, expected, rtol=1e-15, atol=1e-40)


def test_any_number_of_digits():
    truth = at_leisure(parse("exp(x)/y"), (1, 3))
    with mpmath.workdps(1010):
        e = mpmath.e / 3
        assert truth.digits(1000)[0] == mpmath.nstr(e, 1000, strip_zeros=False)
        assert truth.digits(30)[1] == mpmath.nstr(-e / 3, 30, strip_zeros=False)
    assert at_leisure(parse("x^2"), 3).digits(5) == ("6.0000",)
    assert at_leisure(parse("x/3"), 3).digits(5) == ("0.33333",)
    assert at_leisure(parse("x^3"), 1e10).digits(3) == ("300000000000000000000",)
    assert at_leisure(parse("exp(x)"), 800).digits(6) == ("2.72637e+347",)
    assert at_leisure(parse("x*1e-9"), 3).digits(1) == ("1e-9",)
    assert at_leisure(parse("x - x"), 3).digits(4) == ("0.000",)
    assert parse("5").variables == () == at_leisure(parse("5"), ()).digits(3)


@pytest.mark.parametrize("count", [0, -1, 1.5, math.nan, 10**9, "seven"])
def test_a_number_of_digits_is_a_number(count):
    with pytest.raises(GradvizError):
        at_leisure(parse("x"), 1).digits(count)


def test_digits_that_are_proved_are_worked_out_once():
    truth = at_leisure(parse("exp(x)/y"), (1, 3))
    assert truth.digits(30) is truth.digits(30)
    assert len(truth.digits(20)[0]) < len(truth.digits(30)[0])
    hard = at_leisure(parse("|x|"), 0)
    assert hard.digits(10) == ("",) == hard.digits(10)  # without a proof it is tried again, with more time
    assert 10 not in vars(hard)["decided_digits"]


def test_a_truth_travels_with_what_it_can_still_prove():
    truth = pickle.loads(
        pickle.dumps(at_leisure(parse("a*exp(x)", parameters=("a",)).with_parameters(a=0.1), 1))
    )
    with mpmath.workdps(40):  # as a parameter 0.1 is the float64, and not a tenth
        assert truth.digits(20) == (mpmath.nstr(0.1 * mpmath.e, 20),)


@settings(max_examples=100)
@given(TEXTS, st.tuples(st.floats(-3, 3), st.floats(-3, 3)), st.integers(40, 80))
def test_more_digits_begin_with_the_float(text, point, count):
    truth = at_leisure(field_of(text), point)
    for found, digits in zip(truth.gradient, truth.digits(count, seconds=30), strict=True):
        assert digits == "" or float(digits) == found


# Points at which numbers grow past all bounds, and functions that used to take seconds there or for ever.
HUGE = (0.0, 1.0, -1.0, 0.5, 10.0, 1e4, -1e4, 1e15 + 0.5, 1e100, -1e100, 1e-300, -1e-300, 1.7e308, 5e-324)
HOSTILE = [
    "x^x^x", "cosh(x)^cosh(x)", "x^exp(x)", "exp(exp(exp(exp(x))))", "gamma(gamma(x))", "digamma(-exp(x^2))",
    "sin(exp(exp(x)))", "x^99^x", "mod(x, exp(-x^2))", "erfc(x^9)", "trigamma(x)", "floor(exp(exp(x)))",
    "loggamma(1 + x^9)", "|x|^(1/x)", "tan(x^50)", "atan2(x^99, exp(x))", "max(x, gamma(x), exp(x))",
    "(x + exp(1e5*x)) - exp(1e5*x)", "abs(sqrt(2)*sqrt(3)*x - sqrt(6)*x)", "digamma(x)*|sin(pi*x)|",
]  # fmt: skip


@pytest.mark.parametrize("x", HUGE)
def test_hostile_points_are_answered(x, recwarn):
    """With a word of the list, no exception and no warning, and not held up."""
    for text in HOSTILE:
        try:
            field = parse(text)
        except GradvizError:
            assert "trigamma" in text
            continue
        truth = true_gradient(field, [x], seconds=5)
        assert truth.status[0] in (DIF, KINK, JUMP, INFINITE, UNDEFINED, UNDECIDED)
        assert "in the time given" not in truth.note
    assert not recwarn.list


@pytest.mark.parametrize("name", [row.name for row in OPERATIONS.values() if row.arity == 1 and row.typed])
def test_every_function_answers_at_every_size(name):
    if OPERATIONS[name].boolean:
        return
    field = parse(f"{name}(x)")
    for exponent in (*range(-300, 101, 25), -324, 308):
        for x in (float(f"1e{exponent}"), float(f"-1e{exponent}")):
            truth = true_gradient(field, [x], seconds=5)
            assert truth.status[0] != UNDECIDED, x
            assert truth.proved[0] or truth.status[0] != DIF or x == 0, x


def test_a_long_truth_does_not_hold_up_others():
    """The working precision is everybody's: it is held for one evaluation, and never for a whole truth."""
    slow = parse("+".join(f"1e-90*relu(digamma(x{i}) - digamma(4))" for i in range(1, 5)) + "+1e300")
    begun, ended = threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        true_gradient(slow, [4.0] * 4, seconds=30)
        ended.set()

    thread = threading.Thread(target=work)
    thread.start()
    begun.wait()
    meanwhile = 0
    while not ended.is_set():
        assert true_gradient(parse("x^2"), 3, seconds=30).gradient.tolist() == [6]
        meanwhile += not ended.is_set()
    thread.join()
    assert meanwhile > 1


def test_tables_of_exact_numbers_have_exact_gradients():
    """Polynomials with rational coefficients at dyadic points, by Python's own fractions."""
    field = parse("x^5/7 - 3*x^3*y + y^4/9 - 0.1*x")
    for x, y in ((0.5, -3.0), (1e-3, 1e5), (-2.75, 0.1)):
        a, b = fmpq(*x.as_integer_ratio()), fmpq(*y.as_integer_ratio())
        exact = (5 * a**4 / 7 - 9 * a**2 * b - fmpq(1, 10), -3 * a**3 + 4 * b**3 / 9)
        expected = [int(q.p) / int(q.q) for q in exact]
        assert gradviz.true_gradient(field, (x, y)).gradient.tolist() == expected
