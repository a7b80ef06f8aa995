"""Numbers that fail: none of them reaches the browser, every picture comes, and the words tell."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

import gradviz
from gradviz import figures, link
from gradviz.content import Content, content
from gradviz.figures import as_json, errors_explained, errors_labels
from gradviz.figures.parts import drawing
from gradviz.sweeping.sweep import StepModel
from gradviz.text.numbers import number
from tests.support.pictures import unpacked

EVERY_LAYER = ",".join(layer.name for layer in figures.LAYERS)
EVERY_METHOD = ",".join(method.name for method in gradviz.METHODS)


def shown(**query: str) -> Content:
    return content(link.values_in(query)[0])


def captions(found: Content) -> str:
    pictures = found.sent["view"][1]["pictures"].values()
    return " ".join(f"{picture['caption']} {picture['reading']}" for picture in pictures)


def texts_in(value) -> list[str]:
    """Every text in a message."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for key, item in value.items() if key != "bdata" for text in texts_in(item)]
    return [text for item in value for text in texts_in(item)] if isinstance(value, list | tuple) else []


# What the address says, a sentence that must be read under the pictures, and why it is here.
STATES = [
    (
        {"steps": "power-of-two", "precisions": "1"},
        "Explained: forward",
        "a family of curves with exact answers",
    ),
    (
        {"f": "x^2+y^2", "at": "100, 3", "steps": "power-of-two", "precisions": "1", "dtype": "bfloat16"},
        "Explained",
        "the same in a narrow type",
    ),
    ({"f": "exp(x)", "at": "710"}, "f has no finite number at the point", "f overflows at the point"),
    (
        {"f": "exp(x)", "at": "709.7"},
        "f is too large here to be drawn",
        "f nearly overflows: a margin above the curve does",
    ),
    ({"f": "exp(x)", "at": "90", "dtype": "float32"}, "no finite number", "f overflows in the type"),
    (
        {"f": "x^10", "at": "3", "dtype": "float16"},
        "No line, because there is no finite number",
        "f fits, f′ does not",
    ),
    ({"f": "gamma(x)", "at": "9", "dtype": "float16"}, "no finite number", "f fits, f′ does not"),
    (
        {"f": "1/(x - 1)", "at": "1.001", "eps": "0.0005", "dtype": "float16"},
        "no finite number",
        "near a pole",
    ),
    ({"f": "tan(x)", "at": "pi/2", "dtype": "float16"}, "no finite number", "on a pole, nearly"),
    (
        {"f": "x^-2", "at": "-0.2", "eps": "2^-26", "dtype": "float16", "across": "-1,1"},
        "no finite",
        "errors past all",
    ),
    ({"f": "y/x", "at": "5e-324, 2"}, "No arrow, because there is no finite number", "an infinite gradient"),
    ({"f": "1e308*x*y", "at": "3, 3"}, "no finite number", "f overflows, its gradient does not"),
    (
        {"f": "x*1e-310+y*1e-310", "at": "0.5, 1e38", "lift": "1"},
        "No arrow, for a gradient of zero: forward, backward and central",
        "a gradient that is denormal",
    ),
    (
        {"f": "1e300*|x|*1e8+0*y", "at": "0, 1"},
        "The surface is cut off",
        "slopes of a kink whose sum overflows",
    ),
    (
        {"f": "1e300*x*y", "at": "0, 1e8", "eps": "1e-300"},
        "surface is cut off",
        "partials whose squares overflow",
    ),
    (
        {"f": "cot(x)*y", "at": "20.001, 9.95e-229", "eps": "1e-4", "up": "0, 1e39", "more": "path"},
        "Paths: steepest descent",
        "a path too short to have a direction",
    ),
    (
        {"f": "1e-200*x^2*y^2", "at": "-1e-300, 1e8", "lift": "1", "show": "forward,central"},
        "No arrow, for a gradient of zero: central",
        "a surface so flat that a slope of 1 is infinitely high in the scene",
    ),
    ({"f": "exp(x)*y", "at": "800, 2"}, "no finite number", "differences of ∞ and ∞"),
    (
        {"f": "max(x, y)", "at": "1, 1", "eps": "1e10"},
        "No arrow, for they say 0",
        "evaluations far outside of the scene",
    ),
    (
        {"f": "expm1(x)", "at": "800"},
        "no finite number at the point",
        "its slope is worked out with NumPy, beside PyTorch",
    ),
    (
        {"f": "1e-320*x^2+y", "at": "2, 1", "relative": "1"},
        "Explained: forward",
        "errors below the smallest normal number",
    ),
    (
        {"f": "gamma(x)", "at": "171", "fault": "lost"},
        "Secant",
        "the check of a graph with a fault, near the end",
    ),
    (
        {"f": "1e308*x+1e308*y", "at": "2, 1e16", "fault": "sign"},
        "no finite number",
        "a sum of gradients overflows",
    ),
]


@pytest.mark.parametrize(("query", "sentence", "why"), STATES, ids=lambda part: str(part)[:60])
@pytest.mark.parametrize(
    "more", [{}, {"more": EVERY_LAYER, "show": EVERY_METHOD, "lift": "1"}], ids=["plain", "all"]
)
def test_every_picture_comes_in_finite_numbers(query, sentence, why, more):
    found = shown(**(query | more))
    assert found.failures == ()
    json.dumps(found.sent, allow_nan=False)
    for text in texts_in(found.sent) + texts_in(found.texts):
        assert not re.search(r"(?<![\w.])[-−]?(nan|inf)(?![\w.(])", re.sub(r"np\.(nan|inf)", "", text)), text
    if not more:
        assert sentence in captions(found), why


@pytest.mark.parametrize("text", ["expm1(x)", "gamma(x)", "exp(exp(x))", "digamma(x)*1e308"])
def test_a_graph_with_numbers_past_all_is_traced_without_a_warning(text):
    found = gradviz.trace(gradviz.parse(text), [800.0])
    assert len(found.gradient) == 1


def test_a_number_that_is_not_finite_is_refused_with_its_place():
    panel = figures.Panel(
        figures.Picture({"layout": {"range": [0.0, np.inf]}, "data": [{"x": [1.0, np.nan]}]})
    )
    with pytest.raises(ValueError, match=r"layout\.range\[1\] is inf, .*data\[0\]\.x\[1\] is nan"):
        figures.view_data({"map": panel}, [(1, ["map"])], ())
    assert as_json({"x": [1.0, None]}, "map") == '{"x": [1.0, null]}'


def test_what_is_infinite_is_a_gap():
    np.testing.assert_array_equal(
        unpacked(drawing.packed([1.0, np.inf, -np.inf, np.nan])), [1.0, np.nan, np.nan, np.nan]
    )


@pytest.mark.parametrize(
    ("value", "text"), [(np.nan, "no value"), (np.inf, "∞"), (-np.inf, "−∞"), (1e308, "10³⁰⁸"), (0.0, "0")]
)
def test_numbers_that_fail_read_as_words(value, text):
    assert number(value) == text


@pytest.mark.parametrize("values", [[1.7e308, -1.7e308], [np.inf, 1.0], [1e308, 1.01e308], [5e-324, 0.0]])
def test_the_range_of_a_picture_is_finite_with_a_margin_more(values):
    low, high, _ = drawing.readable_range(values)
    assert low < high
    assert np.isfinite((high - low) * 2)


def test_the_name_of_a_precision_stands_at_an_error_above_zero():
    errors = np.full(321, np.nan)  # exact but for a few steps
    errors[[0, 5, 10, 300]] = 1.0, 0.5, 1e-3, 1e-9
    curve = errors_explained.PrecisionCurve(
        "forward", "float16", 0, gradviz.sweeping.sweep.default_steps(), errors
    )
    (label,) = errors_labels.labels(None, [curve], [], [])
    inside = (curve.steps >= label.low) & (curve.steps <= label.high)
    assert (errors[inside] > 0).any()


def test_an_infinite_best_step_is_drawn_as_no_stripe():
    """Where nothing is truncated the model's best step is inf, and stays so."""
    field = gradviz.parse("3x + 2")
    sweep = gradviz.sweep(field, [1.0], methods=("central",))
    model: StepModel = sweep.model["central"]
    assert model.best_step == np.inf
    picture = figures.errors_picture(sweep, 0.1)
    json.dumps(picture.figure, allow_nan=False)
    assert not [shape for shape in picture.figure["layout"]["shapes"] if shape["name"] == "best step"]


@pytest.mark.parametrize(("at", "window"), [(700.0, (698, 700)), (709.0, (690, 709.7)), (-3.0, (-5, 5))])
def test_a_curve_is_drawn_where_plotly_places_anything(at, window):
    """Plotly leaves out every place past 1.8e304."""
    field = gradviz.parse("exp(x)")
    picture = figures.curve_picture(field, gradviz.sample(field, (window,), 101), [at], [])
    low, high = picture.figure["layout"]["yaxis"]["range"]
    assert -1.8e304 < low < high < 1.8e304
    heights = unpacked(picture.figure["data"][0]["y"]).astype(float)
    assert np.abs(heights).max() < 1.8e304
    assert ((heights >= low) & (heights <= high)).any()
