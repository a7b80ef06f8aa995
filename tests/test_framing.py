"""The window of a picture: it holds the point, lies in the domain, and the values in it fill its height."""

import numpy as np
import pytest

import gradviz
from gradviz import link
from gradviz.framing import suitable_window


def suited(text: str, point: tuple[float, ...]):
    field = gradviz.parse(text)
    axes = tuple(range(min(2, len(field.variables))))
    usual = link.automatic_window(point, axes)
    return field, usual, suitable_window(field, point, axes, usual)


READABLE = [
    ("x^2 + y^2", (3.0, 4.0), "the lesson's"),
    ("sin(x) cos(y)", (0.8, 0.5), "waves"),
    ("(1 - x)^2 + 100(y - x^2)^2", (-1.0, 1.5), "a valley with steep walls"),
    ("|x| + |y|", (0.0, 0.0), "a kink"),
    ("floor(x) + y", (0.5, 1.0), "steps are no poles"),
    ("x - floor(x) + y", (0.5, 1.0), "nor are teeth"),
    ("1/x", (1.0,), "one pole, far from the point"),
    ("1e8 x + y", (1.0, 1.0), "a plane, however steep"),
    ("5 + 0x y", (1.0, 1.0), "a plain"),
    ("x^3 - 3x", (1.5,), "a curve"),
]


@pytest.mark.parametrize(("text", "point", "reason"), READABLE)
def test_a_usual_window_that_shows_f_stays(text, point, reason):
    _, usual, window = suited(text, point)
    assert window == usual, reason


# At most so wide, by hand: e^(x y) grows tenfold over ln 10/5 of x, tan has poles π/2 away from 0, …
NARROWED = [
    ("exp(x y)", (5.0, 5.0), 2.0, "flat but for a corner of 10⁶⁶"),
    ("cosh(x y)", (3.0, 3.0), 4.0, "the same, twice"),
    ("exp(exp(x)) + y", (2.0, 1.0), 4.0, "overflows in the usual window"),
    ("1/x", (0.01,), 0.05, "a single line at the pole"),
    ("1/x + y", (0.01, 1.0), 0.05, "a wall"),
    ("tan(x)", (1.0,), np.pi / 2, "no branch but one"),
    ("tan(x) + y", (1.0, 1.0), np.pi / 2, "no ribbons"),
    ("tan(x y)", (1.0, 1.0), 1.0, "no ribbons, bent"),
    ("sin(50x) + y", (1.0, 1.0), 1.6, "32 waves, more than a grid shows"),
    ("exp(-100(x^2 + y^2))", (0.1, 0.05), 1.5, "a needle"),
]


@pytest.mark.parametrize(("text", "point", "widest", "reason"), NARROWED)
def test_a_window_that_shows_nothing_shrinks_to_the_scale_of_f(text, point, widest, reason):
    field, _, window = suited(text, point)
    surface = gradviz.sample(field, window, 41, point=point)
    finite = surface.z[np.isfinite(surface.z)]
    low, high = np.quantile(finite, [0.05, 0.95])
    for x, (start, end) in zip(point, window, strict=True):
        assert start < x < end
        assert 1e-3 < end - start <= widest, reason
    assert low - 1.5 * (high - low) <= field(point) <= high + 1.5 * (high - low)
    assert high - low > 0.05 * np.ptp(finite) or not np.isfinite(surface.z).all()


CROPPED = [
    ("sqrt(x) + log(y)", (1.0, 1.0), ((0, 2), (0, 2)), "three empty quarters"),
    ("sqrt(x) + log(y)", (3.0, 2.0), ((0, 8), (0, 8)), "the same, wider"),
    ("log(x)", (0.5,), ((0, 2),), "an empty half"),
    ("asin(x) + y", (0.3, 2.0), ((-1, 1), (-4, 4)), "a strip"),
    ("sqrt(1 - x^2 - y^2)", (0.5, 0.5), ((-1, 1), (-1, 1)), "a disc"),
]


@pytest.mark.parametrize(("text", "point", "domain", "reason"), CROPPED)
def test_a_window_is_cropped_to_the_domain(text, point, domain, reason):
    """Up to one of the 32 steps (128 for a curve) of the grid that looks for it."""
    _, usual, window = suited(text, point)
    for (low, high), (start, end), (first, last) in zip(window, domain, usual, strict=True):
        step = (last - first) / (32 if len(window) == 2 else 128)
        assert start - step <= low <= start, reason
        assert end <= high <= end + step, reason


def test_without_a_value_at_the_point_or_a_readable_window_the_usual_one_is_taken():
    for text, point in (("log(x)", (-1.0,)), ("sqrt(-1 - x^2 - y^2)", (1.0, 1.0))):
        _, usual, window = suited(text, point)
        assert window == usual


@pytest.mark.parametrize(("text", "point"), [("exp(x y)", "5, 5"), ("sqrt(x) + log(y)", "1, 1")])
def test_a_page_opens_with_it_and_its_link_needs_no_window(text, point):
    reading = link.read(link.Entries(function=text, point=point))
    _, usual, window = suited(text, reading.point)
    assert reading.window == window != usual
    assert link.window_text(reading) == ""


def test_ranges_that_are_typed_hold():
    reading = link.read(link.Entries(function="exp(x y)", point="5, 5", across="-9, 9", up="-8, 8"))
    assert reading.window == ((-9, 9), (-8, 8))
