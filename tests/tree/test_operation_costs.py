"""No operation takes long, however large or small its numbers are; and threads do not mix up their digits."""

import json
import math
import subprocess
import sys

import mpmath
import numpy as np
import pytest

import gradviz
from gradviz.sweeping.truth import higher_derivatives
from gradviz.symbolic import worker
from gradviz.tree import polygamma
from gradviz.tree.expression import evaluate
from gradviz.tree.kinds import COMPLEX, NUMPY
from gradviz.tree.printing import to_latex, to_text
from tests.support import mpmath_functions as many_digits
from tests.support.operation_costs import MEASUREMENTS
from tests.support.paths import ROOT

# Of CPU time, of one operation: what everyone else may have to wait for. In units of a computation that takes
# 4 ms on a quiet machine and 7 ms on a busy one: about 0.2 s, and a slower machine is slower in everything.
MOST_UNITS = 30


@pytest.mark.parametrize("kind", sorted(MEASUREMENTS))
def test_no_operation_takes_long_at_any_size(kind):
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.operation_costs", kind],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout)
    worst, most = found["worst"], MOST_UNITS * found["unit"]
    assert len(worst) > 30
    assert {name: cost for name, cost in worst.items() if cost[0] > most} == {}


# --- towers, and ψ far out ---

UNDECIDED, DIFFERENTIABLE = "undecided", "differentiable"
# text, point, status, what stands there by hand; None where all that counts is that it ends
FAR_OUT = [
    ("x^x^x^x", (6,), UNDECIDED, None),
    ("x^x^x", (1e6,), UNDECIDED, None),
    ("x^y^z", (2, 10, 1e6), UNDECIDED, None),
    ("sqrt(x^y^z)", (9.2, 9.2, 1e4), UNDECIDED, None),
    ("log(x^x^x^x)", (6.5,), UNDECIDED, None),
    ("(x^x)^(x^x)", (1e3,), DIFFERENTIABLE, (math.inf,)),
    ("sin(x^x^x)", (9,), UNDECIDED, None),
    ("exp(exp(exp(exp(x))))", (5,), UNDECIDED, None),
    ("x^exp(x)", (30,), DIFFERENTIABLE, (math.inf,)),
    ("cosh(x)^cosh(x)", (20,), DIFFERENTIABLE, (math.inf,)),
    ("sinh(sinh(sinh(x)))", (5,), DIFFERENTIABLE, (math.inf,)),
    ("gamma(x)^gamma(x)", (30,), DIFFERENTIABLE, (math.inf,)),
    ("x^x - x^x", (1e5,), DIFFERENTIABLE, (0.0,)),
    ("atan(exp(exp(x)))", (100,), DIFFERENTIABLE, (0.0,)),
    ("log(x^y^z)", (2, 3, 5), DIFFERENTIABLE, (121.5, 405 * math.log(2), 243 * math.log(2) * math.log(3))),
    ("log(exp(x^x))", (50,), DIFFERENTIABLE, (50.0**50 * (1 + math.log(50)),)),
    ("root(exp(exp(x)), 97)", (20,), DIFFERENTIABLE, (math.inf,)),
    # at the middle between two poles ψ′ is π² − ψ′(1 − x), and ψ′(n) is 1/n far out
    ("digamma(x)", (-999999999999.5,), DIFFERENTIABLE, (math.pi**2 - 1e-12,)),
    ("digamma(x)", (1e9 + 0.25,), DIFFERENTIABLE, (1 / (1e9 - 0.25),)),
    ("digamma(-x)", (1e11 + 0.25,), DIFFERENTIABLE, (-2 * math.pi**2,)),
    ("digamma(x) + digamma(y)", (-1e9 - 0.5, 2), DIFFERENTIABLE, (math.pi**2, math.pi**2 / 6 - 1)),
    ("digamma(1e12*x)", (-0.7,), DIFFERENTIABLE, None),
    ("digamma(exp(x))", (1e4,), DIFFERENTIABLE, (1.0,)),
    ("loggamma(x)", (1e300,), DIFFERENTIABLE, (300 * math.log(10),)),
    ("loggamma(exp(x))", (1e4,), DIFFERENTIABLE, (math.inf,)),
    ("erfc(x)", (2e4,), DIFFERENTIABLE, (0.0,)),
    ("erfc(10^40*x)", (1,), DIFFERENTIABLE, (0.0,)),
    ("loggamma(10^9)*x", (1,), DIFFERENTIABLE, (math.lgamma(1e9),)),
    ("digamma(-10^9 - 1/2)*x", (1,), DIFFERENTIABLE, (math.log(1e9 + 1),)),
    ("(10^100*x)^4", (1,), DIFFERENTIABLE, (math.inf,)),
]


@pytest.mark.parametrize(("text", "point", "status", "slopes"), FAR_OUT)
def test_far_out_every_way_to_a_gradient_ends(text, point, status, slopes):
    """And says what it finds; warnings are errors here."""
    field = gradviz.parse(text)
    truth = gradviz.true_gradient(field, point, seconds=30)
    assert truth.status == (status,) * len(point)
    if slopes is not None:
        assert truth.gradient == pytest.approx(slopes, rel=1e-9)
    for dtype in ("float64", "float32", "float16", "bfloat16"):
        for method in gradviz.METHODS:
            gradviz.gradient(field, point, method.name, dtype=dtype)
    gradviz.trace(field, point)
    swept = gradviz.sweep(field, point, [1e-8, 1e-4])
    assert swept.model.keys() == swept.best_step.keys()
    assert all(len(swept.errors[name]) == 2 for name in swept.methods)


@pytest.mark.parametrize("name", ["gamma", "loggamma", "digamma", "erfc", "sqrt", "sin", "cbrt", "floor"])
@pytest.mark.parametrize("number", ["10^9", "123456789.25", "1e300", "-10^9 - 1/2", "1e-300", "3^100 + 1"])
def test_a_constant_of_any_size_has_a_closed_form(name, number):
    """As far as it is a formula at all: Γ(10⁹) is refused when it is read."""
    try:
        field = gradviz.parse(f"{name}({number})*x")
    except gradviz.ParseError:
        return
    assert len(to_text(field.expression)) < 100
    assert len(to_latex(field.expression)) < 200
    partials, _, _ = worker.run("derive", field.expression, field.variables, seconds=20)
    with np.errstate(all="ignore"):
        value = float(field([1.0]))
        assert float(evaluate(partials[0], NUMPY, {"x": 1.0})[-1]) == pytest.approx(value, rel=1e-12)


# --- the same digits as ever ---

DIGITS = mpmath.MPContext()
DIGITS.dps = 60
SIZES = (
    1e-300,
    1e-20,
    1e-5,
    0.125,
    0.3,
    0.75,
    1.5,
    1.9,
    2.5,
    7.3,
    33.6,
    170.3,
    1e3 + 0.5,
    1e5 + 0.125,
    1e9 + 0.25,
)
SIZES += (1e12 - 0.5, 4e15 + 0.5, 1e17, 1e100, 1e300)


def trigamma_in_many_digits(a):
    if a > 0:
        return DIGITS.zeta(2, a)
    return (DIGITS.pi / DIGITS.sinpi(a)) ** 2 - DIGITS.zeta(2, 1 - DIGITS.mpf(a))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("sign", [1, -1])
def test_trigamma_is_right_to_a_few_ulp_at_any_size(size, sign):
    a = sign * size
    with np.errstate(all="ignore"):
        found = float(polygamma.trigamma(a))
    if a < 0 and a == math.floor(a):
        assert math.isnan(found)
        return
    expected = trigamma_in_many_digits(a)
    if expected > 1e308:
        assert found == math.inf
    else:
        assert abs(found - expected) <= 6 * 2.0**-53 * expected


@pytest.mark.parametrize("size", [x for x in SIZES if 1e-5 <= x < 1e16])
@pytest.mark.parametrize("sign", [1, -1])
def test_complex_digamma_and_gamma_keep_their_slopes_far_out(size, sign):
    """The slope by the complex step is ψ′ and Γ ψ; before the reduction, x·π cost as many digits as x has."""
    a = sign * size
    if a == math.floor(a):
        return
    with np.errstate(all="ignore"):
        slope = float(np.imag(COMPLEX.digamma(complex(a, 1e-30))) / 1e-30)
        value = complex(COMPLEX.gamma(complex(a, 0.0))).real
        real = float(NUMPY.gamma(a))
    expected = trigamma_in_many_digits(a)
    assert abs(slope - expected) <= 1e-14 * expected
    if -170 < a < 170:
        assert value == pytest.approx(real, rel=1e-13)


@pytest.mark.parametrize("bits", [106, 424, 700, 1400])
def test_gamma_and_its_kin_are_right_to_their_last_digits(bits):
    """Against mpmath's own in more digits, where that ends."""
    with many_digits.context() as m:
        m.prec = bits
        more = mpmath.MPContext()
        more.prec = bits + 80
        for size in (1e-20, 0.3, 1 - 2**-30, 1 + 2**-40, 1.9, 2 + 2**-45, 5.3, 33.6, 400.1, 1e6 + 0.25):
            for a in (m.mpf(size) / 3 * 3 + m.mpf(size) * 2**-90 / 3, -m.mpf(size)):
                for name in ("gamma", "loggamma", "digamma", "erf", "erfc"):
                    found = getattr(many_digits, name)(m, a)
                    if m.isnan(found) or (name.startswith("erf") and size > 100):
                        continue
                    expected = getattr(more, name)(more.mpf(a))
                    assert abs(more.mpf(found) - expected) <= abs(expected) * more.mpf(2) ** (3 - bits), (
                        name,
                        a,
                    )


# --- threads ---

TEXTS = (
    "gamma(x)*sin(x)",
    "exp(x)*log(x)",
    "erf(x)+atan(x)",
    "digamma(x + 1)^x",
    "x^x*cos(x)",
    "sqrt(x)*tan(x)",
)


def answers(order: int) -> list:
    """Truths and higher derivatives at one point each, from a beginning that differs by thread."""
    found = {}
    for i in range(len(TEXTS)):
        text = TEXTS[(i + order) % len(TEXTS)]
        field = gradviz.parse(text)
        truth = gradviz.true_gradient(field, [1.25], seconds=60)
        higher = higher_derivatives(field, [1.25], 5, seconds=60)
        found[text] = (truth.gradient.tolist(), truth.value, higher.tolist())
    return [found[text] for text in TEXTS]


FRESH_THREADS = """
import json, sys, threading
sys.setswitchinterval(1e-5)  # change threads a thousand times as often as usual
from tests.tree.test_operation_costs import answers
found = [None]*8
def work(i): found[i] = answers(i)
threads = [threading.Thread(target=work, args=(i,)) for i in range(8)]
[t.start() for t in threads]; [t.join() for t in threads]
print(json.dumps(found))
"""


def test_threads_that_begin_together_find_what_one_alone_finds():
    """In a fresh process, where nothing of Arb's caches is there yet and all threads fill them at once."""
    done = subprocess.run(
        [sys.executable, "-c", FRESH_THREADS], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == json.loads(json.dumps([answers(0)] * 8))
