"""The gallery's small pictures: they show f and its gradient, on any paper, in few letters."""

import base64
import re
from io import BytesIO
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

import gradviz
from gradviz import link
from gradviz.figures.parts.theme import HEIGHTS
from gradviz.figures.thumbnail import COLUMNS, INK, ROWS, SIZE, indexed_png, thumbnail
from gradviz.presets import PRESETS

SVG = "{http://www.w3.org/2000/svg}"
SQUARE = ((-1.0, 1.0), (-1.0, 1.0))


def drawn(text: str, point, window=SQUARE, **options) -> ElementTree.Element:
    return ElementTree.fromstring(thumbnail(gradviz.parse(text), window, point, **options))


def painted(picture: ElementTree.Element) -> np.ndarray:
    """Red, green, blue and cover of the paper, (rows, columns, 4), 0 … 255; read by Pillow."""
    (image,) = picture.findall(f"{SVG}image")
    data = base64.b64decode(image.attrib["href"].removeprefix("data:image/png;base64,"))
    return np.asarray(Image.open(BytesIO(data)).convert("RGBA"), dtype=float)


def lightness(picture: ElementTree.Element) -> np.ndarray:
    """The luma of each pixel, (rows, columns), 0 … 255."""
    return painted(picture)[..., :3] @ [0.2126, 0.7152, 0.0722]


def channels(colour: str) -> list[int]:
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]


def marks(picture: ElementTree.Element) -> list[np.ndarray]:
    """The corners (k, 2) of each dark line, in units of the picture with up as more; the point comes last."""
    paths = [path.attrib["d"] for path in picture.findall(f"{SVG}path") if path.get("stroke") == INK]
    lines = []
    for start, steps in re.findall(r"M([-\d ]+)(?:l([-\d ]+)|h0)", "".join(paths)):
        moves = np.array([start.split(), *np.reshape(steps.split(), (-1, 2))], dtype=float)
        lines.append(np.cumsum(moves, axis=0) * [1, -1] + [0, SIZE[1]])
    return lines


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_a_preset_has_a_thumbnail_of_eight_kilobytes(preset):
    read = link.read(link.entries_of(preset))
    text = thumbnail(read.field, read.window, read.point, read.axes)
    picture = ElementTree.fromstring(text)
    assert (picture.attrib["width"], picture.attrib["height"]) == ("200", "132")
    assert len(text.encode()) <= 8192
    if len(read.window) == 2:
        assert np.ptp(lightness(picture)) > 75, "something is to be seen"
        place = [(x - low) / (high - low) for x, (low, high) in zip(read.point, read.window, strict=False)]
        np.testing.assert_allclose(marks(picture)[-1], [place * SIZE], atol=0.51)


@pytest.mark.parametrize("text", ["x y", "x^2 - y", "2x - 3y"])
@pytest.mark.parametrize("window", [SQUARE, ((-1.0, 1.0), (-30.0, 10.0))])
def test_the_arrow_is_the_gradient_in_units_of_the_picture(text, window):
    """A step of one unit across is worth (high − low)/400 of x."""
    point = (0.25, -0.5)
    shaft = marks(drawn(text, point, window))[0]
    units = SIZE / [high - low for low, high in window]
    expected = gradviz.true_gradient(gradviz.parse(text), point).gradient / units
    way = shaft[1] - shaft[0]
    # corners are whole units: half a one aside on an arrow of 92
    aside = (way[0] * expected[1] - way[1] * expected[0]) / np.hypot(*expected)
    assert abs(aside) <= 1
    assert way @ expected > 0


def test_an_arrow_ends_before_the_picture_does():
    for x, y in ((0.8, 0.7), (-0.8, 0.7), (0.8, 0.0)):
        tip = marks(drawn("x^2 + y^2", (x, y)))[0][1]
        assert (tip > 0).all()
        assert (tip < SIZE).all()


@pytest.mark.parametrize(
    ("text", "point"), [("x^2 + y^2", (0, 0)), ("sqrt(x^2 + y^2)", (0, 0)), ("x/x + y/y", (1, 1))]
)
def test_without_a_gradient_the_point_is_all(text, point):
    (dot,) = marks(drawn(text, [float(x) for x in point]))
    assert len(dot) == 1


def test_higher_is_lighter_in_the_colours_of_the_surface_and_up_is_up():
    bands = painted(drawn("y + 0x", (0.0, 0.0)))[:, COLUMNS // 2]
    np.testing.assert_array_equal(bands[0], [*channels(HEIGHTS["light"][-1]), 255])
    np.testing.assert_array_equal(bands[-1], [*channels(HEIGHTS["light"][0]), 255])


def test_levels_of_a_slope_are_evenly_spaced_lines():
    """f = x from 0 to 1 with nine levels: a line at each tenth, lighter than the bands on its sides."""
    across = lightness(drawn("x + 0y", (0.5, 0.5), ((0.0, 1.0), (0.0, 1.0))))[ROWS // 2]
    peaks = [i for i in range(1, COLUMNS - 1) if across[i] > across[i - 1] and across[i] >= across[i + 1]]
    np.testing.assert_allclose(peaks, np.arange(1, 10) / 10 * (COLUMNS - 1), atol=1)


def test_a_hole_shows_the_paper():
    cover = painted(drawn("sqrt(x) + y^2", (0.5, 0.5)))[..., 3]
    assert (cover[:, : COLUMNS // 2 - 1] == 0).all()
    assert (cover[:, COLUMNS // 2 + 2 :] == 255).all()


def test_a_curve_is_drawn_with_its_tangent():
    """x² at 1 on (−2, 2): heights from 0 to 4, and 14 % of that free below and above."""
    picture = drawn("x^2", (1.0,), ((-2.0, 2.0),))
    (one, other), dot = marks(picture)
    unit = SIZE / [4, 4 * 1.28]
    np.testing.assert_allclose(dot, [[3, 1 + 0.56] * unit], atol=0.51)
    rise, run = (other - one)[::-1] / unit[::-1]
    assert rise / run == pytest.approx(2, abs=0.1)


ODD = [
    ("1/x", ((-1.0, 1.0),), (0.5,), "a pole"),
    ("ln(-1 - x^2)", ((-1.0, 1.0),), (0.5,), "no value anywhere"),
    ("ln(-1 - x^2 - y^2)", SQUARE, (0.5, 0.5), "no value anywhere"),
    ("1e300 x^2", ((-1e10, 1e10),), (5.0,), "overflow"),
    ("1/(x y)", SQUARE, (0.5, 0.5), "poles"),
    ("e^(1000x) + y", SQUARE, (0.9, 0.5), "overflow at the point"),
    ("floor(5x)", ((-1.0, 1.0),), (0.5,), "jumps"),
    ("5 + 0x y", SQUARE, (0.5, 0.5), "a plain"),
    ("cbrt(x)", ((-1.0, 1.0),), (0.0,), "an upright tangent"),
]


@pytest.mark.parametrize(("text", "window", "point", "reason"), ODD)
def test_odd_functions_have_a_thumbnail_too(text, window, point, reason):
    picture = thumbnail(gradviz.parse(text), window, point)
    assert "nan" not in picture, reason
    assert "inf" not in picture, reason
    assert len(picture) <= 8192
    ElementTree.fromstring(picture)


def test_a_png_holds_what_was_drawn():
    """Pillow reads back every colour, and the first as transparent."""
    colours = ["#000000", "#27506A", "#FF8000", "#F6FAF7"]
    places = np.array([[0, 1], [2, 3]], dtype=np.uint8)
    pixels = np.asarray(Image.open(BytesIO(indexed_png(places, colours))).convert("RGBA"))
    wanted = [[*channels(colour), 0 if place == 0 else 255] for place, colour in enumerate(colours)]
    np.testing.assert_array_equal(pixels.reshape(-1, 4), wanted)
