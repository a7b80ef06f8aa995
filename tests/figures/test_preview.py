"""The picture that others show of a link, read back by Pillow: its size, its colours, where its arrows go."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

import gradviz
from gradviz import link
from gradviz.figures.parts.theme import HEIGHTS, STYLES
from gradviz.figures.preview import HEIGHT, PAPER, WIDTH, preview
from gradviz.presets import PRESETS
from tests.figures.test_thumbnail import ODD, SQUARE, channels

BOTH = ("forward", "central")


def drawn(text: str, point, window=SQUARE, gradients=None) -> np.ndarray:
    """Its pixels, (630, 1200, 3); by default with the true gradient as that of ‘forward’."""
    field = gradviz.parse(text)
    if gradients is None:
        gradients = {"forward": gradviz.true_gradient(field, point).gradient}
    image = Image.open(BytesIO(preview(field, window, point, gradients)))
    assert (image.format, image.mode, image.size) == ("PNG", "RGB", (1200, 630))
    return np.asarray(image, dtype=int)


def places_of(pixels: np.ndarray, method: str) -> np.ndarray:
    """Where the picture has exactly the colour of a method: (k, 2), x and y, with up as more."""
    rows, columns = np.nonzero((pixels == channels(STYLES[method].light)).all(axis=-1))
    return np.column_stack([columns + 0.5, HEIGHT - rows - 0.5])


@pytest.mark.parametrize("text", ["x y", "x^2 - y", "2x - 3y"])
@pytest.mark.parametrize("window", [SQUARE, ((-1.0, 1.0), (-30.0, 10.0))])
def test_the_arrow_is_the_gradient_in_units_of_the_picture(text, window):
    """It lies on both sides of the line from the point along the gradient, and nowhere behind."""
    point = (0.25, sum(window[1]) / 2 + 0.1)  # from where the arrow stays inside
    starts, ends = np.array(window).T
    unit = np.array([WIDTH, HEIGHT]) / (ends - starts)
    way = gradviz.true_gradient(gradviz.parse(text), point).gradient / unit
    way /= np.hypot(*way)
    from_point = places_of(drawn(text, point, window), "forward") - (np.array(point) - starts) * unit
    assert len(from_point) > 1000
    aside = from_point @ [-way[1], way[0]]
    assert abs(aside.mean()) < 0.5
    along = from_point @ way
    assert along.min() > 0
    assert 200 < along.max() <= 221


def test_the_arrows_are_nested_and_part_where_the_methods_differ():
    """f = x at the middle: the one along x is seen beside the other while they coincide, and beyond it."""
    same = {name: [1.0, 0.0] for name in BOTH}
    pixels = drawn("x + 0y", (0.0, 0.0), gradients=same)
    middle = HEIGHT // 2
    assert pixels[middle, 700].tolist() == channels(STYLES["central"].light)
    assert pixels[middle + 10, 700].tolist() == channels(STYLES["forward"].light)
    assert pixels[middle + 18, 700].tolist() == channels(PAPER), "a light rim around both"
    apart = places_of(drawn("x + 0y", (0.0, 0.0), gradients=same | {"central": [1.0, 0.5]}), "central")
    assert apart[:, 1].max() > middle + 50


@pytest.mark.parametrize("gradient", [(0, 0), (np.nan, 1), (np.inf, 0)])
def test_without_a_gradient_the_point_is_all(gradient):
    pixels = drawn("x^2 + y^2", (0.0, 0.0), gradients={"forward": gradient})
    assert not len(places_of(pixels, "forward"))
    assert pixels[HEIGHT // 2, WIDTH // 2].max() < 40


@pytest.mark.parametrize("point", [(0.0, 0.97), (0.99, 0.99), (-0.99, -0.4), (0.0, 0.5)])
def test_an_arrow_is_whole_wherever_the_point_is(point):
    """Its length across the picture is 220 pixels, less the point that covers its start."""
    tips = places_of(drawn("y + x", point), "forward")
    way = np.array([1 / WIDTH, 1 / HEIGHT]) / np.hypot(1 / WIDTH, 1 / HEIGHT)
    assert np.ptp(tips @ way) > 170
    assert (tips > 0).all()
    assert (tips < [WIDTH, HEIGHT]).all()


def test_a_point_outside_has_no_arrow():
    pixels = drawn("x^2 + y^2", (3.0, 0.0))
    assert not len(places_of(pixels, "forward"))


def test_higher_is_lighter_in_the_colours_of_the_surface_and_up_is_up():
    column = drawn("y + 0x", (0.9, 0.0))[:, 100]
    np.testing.assert_allclose(column[0], channels(HEIGHTS["light"][-1]), atol=2)
    np.testing.assert_allclose(column[-1], channels(HEIGHTS["light"][0]), atol=2)


def test_level_lines_stand_at_round_values():
    """f = x on (0, 10): lighter lines at 1 … 9, each a tenth of the width on."""
    light = drawn("x + 0y", (5.0, 0.9), ((0.0, 10.0), (-1.0, 1.0)))[HEIGHT - 60] @ [0.2126, 0.7152, 0.0722]
    peaks = [i for i in range(3, WIDTH - 3) if light[i] > light[i - 3] + 8 and light[i] > light[i + 3] + 8]
    lines = [run.mean() for run in np.split(peaks, np.flatnonzero(np.diff(peaks) > 1) + 1)]
    np.testing.assert_allclose(lines, np.arange(1, 10) * WIDTH / 10, atol=1.5)


def test_a_hole_shows_the_paper():
    pixels = drawn("sqrt(x) + y^2", (0.5, 0.5))
    assert (pixels[:, : WIDTH // 2 - 10] == channels(PAPER)).all()
    assert not (pixels[:, -100:] == channels(PAPER)).all(axis=-1).any()


def test_a_curve_is_drawn_with_its_tangent():
    """x² at 1 on (−2, 2): heights from 0 to 4, and 14 % of that free below and above; the slope is 2."""
    pixels = drawn("x^2", (1.0,), ((-2.0, 2.0),))
    unit = np.array([WIDTH / 4, HEIGHT / (4 * 1.28)])
    line = places_of(pixels, "forward") / unit + [-2, -0.56]
    slope, height = np.polyfit(line[:, 0], line[:, 1], 1)
    assert slope == pytest.approx(2, abs=0.05)
    assert slope + height == pytest.approx(1, abs=0.05)
    assert pixels[HEIGHT - 40, WIDTH // 2].tolist() != channels(PAPER), "below the curve is its ground"
    assert pixels[40, WIDTH // 2].tolist() == channels(PAPER)


@pytest.mark.parametrize(("text", "window", "point", "reason"), ODD)
def test_odd_functions_have_a_picture_too(text, window, point, reason):
    assert drawn(text, point, window, {"forward": np.full(len(window), np.nan)}).shape, reason


@pytest.mark.parametrize("preset", PRESETS[::4], ids=lambda preset: preset.name)
def test_a_picture_of_a_preset_is_small_enough_to_be_fetched(preset):
    read = link.read(link.entries_of(preset))
    found = gradviz.true_gradient(read.field, read.point).gradient
    data = preview(read.field, read.window, read.point, {"symbolic": found}, read.axes)
    assert len(data) < 600_000
    assert len(np.unique(np.asarray(Image.open(BytesIO(data))).reshape(-1, 3), axis=0)) > 20, "not blank"
