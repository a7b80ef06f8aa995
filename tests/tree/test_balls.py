"""Balls enclose the numbers that they stand for, exact numbers stay exact, and nothing is known by chance."""

import itertools
import math
import random
import subprocess
import sys
import threading
from fractions import Fraction

import mpmath
import pytest
from flint import arb, ctx, fmpq
from hypothesis import example, given
from hypothesis import strategies as st

from gradviz.tree.balls import numbers
from gradviz.tree.balls.functions import FUNCTIONS
from gradviz.tree.balls.numbers import (
    UNDEFINED,
    UNKNOWN,
    add,
    ball,
    decimal_digits,
    divide,
    multiple_of_pi,
    multiply,
    nearest_float,
    power,
    rational,
    real_root,
    sign,
    subtract,
    working,
)
from gradviz.tree.balls.slopes import SWITCHES, slope, switches
from gradviz.tree.operations import OPERATIONS
from tests.tree.test_operations import DIGITS, NUMERIC, ROWS, in_mpmath, operands_of

FLOATS = st.floats(allow_nan=False, allow_infinity=False)


def exactly(operands: tuple) -> tuple:
    return tuple(a if isinstance(a, bool) else rational(a) for a in operands)


def widened(operands: tuple) -> tuple:
    """The operands as balls of 60 good bits, in which they lie anywhere but at the middle."""
    return tuple(
        a if isinstance(a, bool) else arb(rational(a)) * (1 + arb(0, 1) * arb(2) ** -60 + arb(2) ** -61)
        for a in operands
    )


def encloses(found: arb | fmpq, expected: mpmath.mpf) -> bool:
    """Whether an mpf of 40 digits lies in the ball, or in the rational, as far as it goes itself."""
    negative, mantissa, exponent, _ = DIGITS.mpf(expected)._mpf_
    exact = arb((-mantissa if negative else mantissa, exponent))
    return bool(ball(found).overlaps(exact + abs(exact) * arb(0, 1) * arb(2) ** -125))


def test_every_operation_has_its_function_and_its_switches():
    assert set(FUNCTIONS) == set(OPERATIONS)
    with_switches = {row.name for row in ROWS if row.switches is not None}
    assert set(SWITCHES) == with_switches


@pytest.mark.parametrize("row", NUMERIC, ids=lambda row: row.name)
@pytest.mark.parametrize("bits", [106, 1300])
def test_the_ball_encloses_the_value(row, bits):
    for operands in operands_of(row):
        expected = in_mpmath(row.name, operands)
        for form in (exactly, widened):
            if row.fixed is not None and form is widened:
                continue  # its order is a literal
            with working(bits):
                found = FUNCTIONS[row.name](*form(operands))
                if mpmath.isnan(expected):
                    assert found is UNDEFINED, (operands, found)
                else:
                    assert encloses(found, expected), (operands, found)
                    assert form is widened or nearest_float(found) is not None


@pytest.mark.parametrize("row", NUMERIC, ids=lambda row: row.name)
def test_the_ball_encloses_the_local_derivative(row):
    """Against mpmath's difference of the value, in 60 digits and over a step of 20."""
    for operands in operands_of(row):
        if row.name == "trigamma" or mpmath.isnan(in_mpmath(row.name, operands)):
            continue
        for place, operand in enumerate(operands):
            with working(212):
                value = FUNCTIONS[row.name](*exactly(operands))
                found = slope(row.name, value, exactly(operands), place)
                if found is None:
                    continue
                h = fmpq(1, 10**30)
                moved = [
                    FUNCTIONS[row.name](*[b + d * (i == place) for i, b in enumerate(exactly(operands))])
                    for d in (h, -h)
                ]
                quotient = divide(subtract(*moved), 2 * h)
                off = abs(ball(subtract(found, quotient)))
                assert off < arb(10) ** -20 * (1 + abs(ball(found))), (operands, operand, found, quotient)


EXACT = [  # what is computed, what it is, why
    (lambda: subtract(multiply(rational(Fraction(1, 10)), fmpq(3)), fmpq(3, 10)), 0, "tenths"),
    (lambda: FUNCTIONS["sin"](FUNCTIONS["pi"]()), 0, "sin π"),
    (lambda: FUNCTIONS["sin"](multiple_of_pi(fmpq(-7, 6))), Fraction(1, 2), "−210°"),
    (lambda: FUNCTIONS["cos"](multiple_of_pi(fmpq(10**30, 3))), Fraction(-1, 2), "many turns"),
    (lambda: FUNCTIONS["tan"](multiple_of_pi(fmpq(3, 4))), -1, "135°"),
    (lambda: FUNCTIONS["cot"](multiple_of_pi(fmpq(1, 2))), 0, "cot π/2"),
    (lambda: FUNCTIONS["sinc"](FUNCTIONS["pi"]()), 0, "a zero of sinc"),
    (lambda: power(FUNCTIONS["sin"](multiple_of_pi(fmpq(1, 3))), fmpq(2)), Fraction(3, 4), "sin² 60°"),
    (lambda: subtract(FUNCTIONS["asin"](fmpq(1, 2)), multiple_of_pi(fmpq(1, 6))), 0, "30°"),
    (lambda: subtract(multiply(fmpq(4), FUNCTIONS["atan"](fmpq(1))), FUNCTIONS["pi"]()), 0, "Machin's first"),
    (lambda: divide(FUNCTIONS["acos"](fmpq(-1)), FUNCTIONS["tau"]()), Fraction(1, 2), "π/2π"),
    (lambda: FUNCTIONS["atan2"](fmpq(0), fmpq(3)), 0, "to the right"),
    (lambda: multiply(real_root(fmpq(2), 2), real_root(fmpq(2), 2)), 2, "√2 √2"),
    (lambda: multiply(real_root(fmpq(2), 2), real_root(fmpq(8), 2)), 4, "√2 √8"),
    (
        lambda: subtract(real_root(fmpq(8), 2), add(real_root(fmpq(2), 2), real_root(fmpq(2), 2))),
        0,
        "√8 − 2√2",
    ),
    (lambda: divide(real_root(fmpq(50), 2), real_root(fmpq(2), 2)), 5, "√50/√2"),
    (lambda: real_root(fmpq(-27), 3), -3, "a cube"),
    (lambda: power(fmpq(8), fmpq(2, 3)), 4, "8^(2/3)"),
    (lambda: FUNCTIONS["log2"](fmpq(1, 1024)), -10, "a power of 2"),
    (lambda: FUNCTIONS["log10"](fmpq(10**300)), 300, "a power of 10"),
    (lambda: FUNCTIONS["mod"](fmpq(3, 2), fmpq(1, 1000)), 0, "1500 thousandths"),
    (lambda: FUNCTIONS["mod"](multiple_of_pi(fmpq(7, 2)), FUNCTIONS["tau"]()), None, "3π/2, no rational"),
    (lambda: FUNCTIONS["gamma"](fmpq(5)), 24, "4!"),
    (lambda: FUNCTIONS["sigmoid"](fmpq(0)), Fraction(1, 2), "half way"),
    (lambda: FUNCTIONS["floor"](fmpq(-7, 2)), -4, "downwards"),
]


@pytest.mark.parametrize(("compute", "expected", "why"), EXACT, ids=[row[2] for row in EXACT])
def test_what_is_exact_stays_exact(compute, expected, why):
    with working(106):
        found = compute()
    if expected is None:
        assert isinstance(found, arb)
    else:
        assert isinstance(found, fmpq)
        assert found == rational(expected)


UNDEFINED_AT = [
    ("divide", (1, 0)), ("power", (0, -1)), ("power", (-2, Fraction(1, 3))), ("sqrt", (-1,)), ("log", (0,)),
    ("root", (-1, 4)), ("atan2", (0, 0)), ("mod", (1, 0)), ("gamma", (-3,)), ("loggamma", (-0.5,)),
    ("digamma", (0,)), ("asin", (1.5,)), ("acosh", (0.5,)), ("atanh", (1,)), ("coth", (0,)), ("csc", (0,)),
]  # fmt: skip


@pytest.mark.parametrize(("name", "operands"), UNDEFINED_AT, ids=str)
def test_what_has_no_value_is_told_from_what_is_not_known(name, operands):
    """Without a value at exact operands; on balls around them anything is possible."""
    with working(106):
        exact_operands = tuple(rational(Fraction(a)) for a in operands)
        assert FUNCTIONS[name](*exact_operands) is UNDEFINED
        blurred = tuple(arb(0, 1e-9) + a for a in exact_operands)
        if name != "root":
            found = FUNCTIONS[name](*blurred)
            inside = name in ("sqrt", "power", "loggamma", "asin", "acosh")  # well outside of their domains
            assert found is UNDEFINED or not found.is_finite() or (not inside and name == "atan2")


def test_poles_at_multiples_of_pi():
    with working(106):
        half = multiple_of_pi(fmpq(1, 2))
        for name, angle in (
            ("tan", half),
            ("sec", half),
            ("cot", FUNCTIONS["pi"]()),
            ("csc", FUNCTIONS["pi"]()),
        ):
            assert FUNCTIONS[name](angle) is UNDEFINED


@pytest.mark.parametrize("row", NUMERIC, ids=lambda row: row.name)
def test_of_what_is_not_known_nothing_is_known(row):
    """An unknown number may be an undefined one: not even a sine of it is between −1 and 1."""
    if row.arity == 0 or row.name == "select":
        return
    for unknown, other in itertools.product((UNKNOWN, arb("inf")), (0, 1, -2, 3)):
        for place in range(row.arity or 2):
            if place == row.fixed:
                continue
            operands = [fmpq(3 if row.fixed is not None else other)] * (row.arity or 2)
            operands[place] = unknown
            with working(106):
                found = FUNCTIONS[row.name](*operands)
                assert found is UNDEFINED or not found.is_finite(), (operands, found)
                assert found is not UNDEFINED
                operands[place] = UNDEFINED
                assert FUNCTIONS[row.name](*operands) is UNDEFINED


def test_overlapping_balls_are_not_compared():
    with working(106):
        here, there = arb(1, 1e-3), arb(1, 1e-3)
        for name in ("less", "less_equal", "greater", "greater_equal", "equal", "not_equal"):
            assert FUNCTIONS[name](here, there) is None
            assert FUNCTIONS[name](here, fmpq(3)) is (name in ("less", "less_equal", "not_equal"))
            assert FUNCTIONS[name](here, here) is (name in ("less_equal", "greater_equal", "equal"))
            # two unknowns are one object, and still may be any two numbers
            assert FUNCTIONS[name](UNKNOWN, UNKNOWN) is None
        assert FUNCTIONS["or"](None, True) is True
        assert FUNCTIONS["and"](None, False) is False
        assert FUNCTIONS["not"](None) is None
        assert FUNCTIONS["select"](None, fmpq(0), fmpq(1)).contains(fmpq(1, 2))
        (lead,) = switches("max", (here, there))
        assert sign(lead) is None


@given(FLOATS, FLOATS)
@example(1.0, math.ulp(1.0))
@example(5e-324, -5e-324)
@example(1.7976931348623157e308, 1e292)
def test_rounding_to_float64_is_pythons_own(a, b):
    """Fractions are rounded by exact integers, ties to even, subnormal numbers too."""
    half_way = (Fraction(a) + Fraction(b)) / 2
    expected = _float(half_way)
    with working(2200):
        assert nearest_float(rational(half_way)) == expected
        assert nearest_float(arb(rational(half_way))) == expected
        assert nearest_float(arb(rational(half_way)) + arb(0, 1) * arb(2) ** -1200) in (expected, None)


def _float(value: Fraction) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.copysign(math.inf, value)


@given(st.fractions().filter(bool), st.integers(1, 40))
def test_decimal_digits_are_rounded_to_nearest(value, digits):
    with working(400):
        direction, text, exponent = decimal_digits(rational(value), digits)
    assert len(text) == digits
    assert text[0] != "0"
    found = direction * int(text) * Fraction(10) ** (exponent - digits + 1)
    assert abs(found - value) <= Fraction(10) ** (exponent - digits + 1) / 2


def test_exact_numbers_and_balls_never_contradict_each_other(monkeypatch):
    """The same operations with and without the exact layer: where both are known they are the same."""
    names = [
        row.name
        for row in NUMERIC
        if row.arity in (1, 2, None) and row.fixed is None and row.name != "undefined"
    ]
    choice = random.Random(7)
    points = [fmpq(p, q) for p, q in ((0, 1), (1, 1), (-1, 1), (2, 1), (1, 2), (-5, 2), (3, 10), (7, 1))]
    for _ in range(400):
        calls = [(choice.choice(names), choice.randrange(9), choice.randrange(9)) for _ in range(6)]
        start = choice.sample(points, 3)
        results = []
        for height in (4096, 0):
            monkeypatch.setattr(numbers, "HEIGHT", height)
            monkeypatch.setattr(numbers, "HEIGHT_PER_BIT", 4 if height else 0)
            with working(212):
                values = list(start) if height else [arb(a) for a in start]
                for name, i, k in calls:
                    operands = [values[i % len(values)], values[k % len(values)]]
                    values.append(FUNCTIONS[name](*operands[: OPERATIONS[name].arity or 2]))
                results.append(values)
        with working(212):
            for exact_value, blurred in itertools.islice(zip(*results, strict=True), 3, None):
                if exact_value is UNDEFINED:
                    assert blurred is UNDEFINED or not blurred.is_finite(), (start, calls)
                elif blurred is UNDEFINED:
                    assert not ball(exact_value).is_finite(), (start, calls)
                elif ball(exact_value).is_finite() and ball(blurred).is_finite():
                    assert ball(exact_value).overlaps(ball(blurred)), (start, calls)


def test_each_thread_has_its_own_precision():
    """python-flint has one precision for the process; whoever works has it alone."""
    wrong: list[int] = []

    def work(bits: int) -> None:
        for _ in range(300):
            with working(bits):
                accuracy = (arb(2).sqrt() * arb(3).log()).rel_accuracy_bits()
                if ctx.prec != bits or not bits - 8 <= accuracy <= bits + 8:
                    wrong.append(accuracy)

    threads = [threading.Thread(target=work, args=(bits,)) for bits in (106, 424, 1300)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_the_precision_is_given_back():
    before = ctx.prec
    with pytest.raises(ZeroDivisionError), working(1234):
        _ = 1 / fmpq(0)
    assert ctx.prec == before
    with working(106, snap=90):
        assert sign(arb(0, 1) * arb(2) ** -100) == 0
    with working(106):
        assert sign(arb(0, 1) * arb(2) ** -100) is None


@pytest.mark.parametrize("x", [60.5, 100, 300, 552, 999])
def test_k_at_many_bits_is_arbs_at_few(x):
    """By I of ± the order at 1300 bits, by Arb's own K at 200: with many bits that takes seconds."""
    with working(1300):
        found = FUNCTIONS["besselk"](fmpq(33, 10), fmpq(*float(x).as_integer_ratio()))
        assert found.rel_accuracy_bits() > 1290
    with working(200):
        assert found.overlaps(arb(x).bessel_k(arb(fmpq(33, 10))))


def test_bessel_functions_of_the_smallest_operands_are_one_term():
    tiny = arb((1, -30_000))
    with working(200):
        n = fmpq(33, 10)
        expected = (tiny / 2) ** arb(n) / arb(fmpq(43, 10)).gamma()
        for name in ("besselj", "besseli", "ive"):
            found = FUNCTIONS[name](n, tiny)
            assert found.overlaps(expected), name
            assert found.rel_accuracy_bits() > 150


@pytest.mark.parametrize("order", [fmpq(1), fmpq(33, 10)])
@pytest.mark.parametrize("name", ["besseli", "ive", "besselk", "kve"])
@pytest.mark.parametrize("x", [30, 500, 1127.9434, 3499.5])
def test_a_ball_of_few_bits_encloses_its_ends_at_many(name, order, x):
    """At 2600 bits a ball of 60 costs Arb half a minute; it is evaluated with as many bits as it has."""
    rational_x = rational(x)
    with working(2600):
        operand = arb(x) * (1 + arb(0, 1) * arb(2) ** -60)
        found = ball(FUNCTIONS[name](order, operand))
    with working(400):
        for end in (rational_x * (1 - fmpq(1, 1 << 61)), rational_x, rational_x * (1 + fmpq(1, 1 << 61))):
            assert found.overlaps(ball(FUNCTIONS[name](order, end)))
    assert found.rel_accuracy_bits() > 40


LEAVES_NOTHING = """
import threading
from pathlib import Path

from flint import fmpq

from gradviz.tree.balls import numbers


def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


def work():
    large = fmpq(1, 3) ** 800
    products = [large * large * k for k in range(1, 100)]
    kept[:] = products[-1:]
    del large, products
    numbers.end_thread()


kept = []
for k in range(80):
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    if k == 19:  # by then all is loaded
        before = resident()
assert kept == [fmpq(1, 3) ** 1600 * 99]  # what is in use stays
print(resident() - before)
"""


def test_a_thread_leaves_no_memory_of_large_numbers():
    """Of 60 threads; without ``end_thread`` they leave 15 MB."""
    command = [sys.executable, "-c", LEAVES_NOTHING]
    left = int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert left < 2e6
