"""The error plot that explains itself: what is drawn of the curve in focus, where, and what is said of it."""

from __future__ import annotations

import itertools
import math
from types import SimpleNamespace

import numpy as np
import pytest
from plotly import graph_objects

import gradviz
from gradviz import comparison, figures, scripts
from gradviz.figures.errors_labels import truncation_words
from gradviz.figures.parts.theme import ZONES, style
from gradviz.presets import PRESETS
from gradviz.sweeping import sweep as sweeping
from gradviz.sweeping.regions import explain
from gradviz.text.numbers import number
from tests.support.pictures import unpacked

SHOWN = ("forward", "backward", "central")
SEED = ("x1^2 + x2^2", (3.0, 4.0))


def picture_of(text: str, point, shown=SHOWN, step=0.1, **options) -> figures.Picture:
    sweep = gradviz.sweep(gradviz.parse(text), point, methods=shown)
    return figures.errors_picture(sweep, step, shown=shown, **options)


def trace(picture: figures.Picture, role: str, method: str = "forward") -> dict:
    (found,) = [t for t in picture.figure["data"] if t["meta"] == {"method": method, "role": role}]
    return found


def roles(picture: figures.Picture, method: str) -> set[str]:
    return {t["meta"].get("role", "") for t in picture.figure["data"] if t["meta"].get("method") == method}


def points(drawn: dict) -> tuple[np.ndarray, np.ndarray]:
    """The places of a trace, without its gaps."""
    x, y = (
        unpacked(drawn[axis]) if isinstance(drawn[axis], dict) else np.array(drawn[axis]) for axis in "xy"
    )
    return x[~np.isnan(y)], y[~np.isnan(y)]


def labels(picture: figures.Picture) -> list[dict]:
    """What the browser finds places for."""
    return picture.figure["layout"]["meta"]["labels"]


def texts(picture: figures.Picture) -> list[str]:
    return [label["text"] for label in labels(picture)]


def test_the_first_shown_stepping_method_is_explained_unless_told():
    assert {"truncation", "roundoff", "roundoff_rms", "cloud", "best"} <= roles(picture_of(*SEED), "forward")
    assert "cloud" not in roles(picture_of(*SEED), "central")
    assert "cloud" in roles(picture_of(*SEED, focus="central"), "central")
    plain = picture_of(*SEED, focus=None)
    assert "cloud" not in roles(plain, "forward")
    assert "annotations" not in plain.figure["layout"]
    assert texts(plain) == ["forward", "backward", "central"]


def test_without_a_method_a_word_stands_in_the_place_of_errors():
    nothing = picture_of(*SEED, shown=())
    assert "No method is shown" in nothing.caption
    assert "No method is shown" in nothing.summary
    assert "No method" not in picture_of(*SEED).caption


def test_truncation_is_a_line_of_ε_and_round_off_a_band_above_its_mean():
    """Both coordinates are off by ε: √2 ε; a bound is above a mean, and both fall like 1/ε."""
    picture = picture_of(*SEED)
    x, y = points(trace(picture, "truncation"))
    np.testing.assert_allclose(y, math.sqrt(2) * x, rtol=1e-5)
    (x, mean), (_, bound) = points(trace(picture, "roundoff_rms")), points(trace(picture, "roundoff"))
    assert (mean < bound[: len(mean)]).all()
    assert trace(picture, "roundoff")["fill"] == "tonexty"
    slope = np.polyfit(np.log(x[x < 1e-3]), np.log(mean[x < 1e-3]), 1)[0]
    assert slope == pytest.approx(-1, abs=0.01)


def test_the_measured_error_is_dots_on_the_left_and_a_line_on_the_right():
    """The seed's best ε lies near 1e-7; below 2.2e-16 it moves neither 3 nor 4."""
    picture = picture_of(*SEED)
    (cloud, _), (line, heights) = points(trace(picture, "cloud")), points(trace(picture, "error"))
    assert 2.2e-16 < cloud.min() < cloud.max() < line.min() < 1e-6
    np.testing.assert_allclose(heights, math.sqrt(2) * line, rtol=0.5)
    gone, all_of_it = points(trace(picture, "vanished"))
    assert gone.max() <= 2.0**-52
    assert (all_of_it == 10).all()
    assert trace(picture, "vanished")["line"]["dash"] == "dot"
    assert trace(picture, "cloud")["meta"]["role"] == "cloud"


def test_the_ring_stands_on_the_measured_best_step():
    sweep = gradviz.sweep(gradviz.parse(SEED[0]), SEED[1], methods=SHOWN)
    (x,), (y,) = points(trace(figures.errors_picture(sweep, 0.1), "best"))
    assert x == pytest.approx(sweep.best_step["forward"], rel=1e-6)
    assert y == pytest.approx(sweep.least_error["forward"], rel=1e-6)
    assert y > np.nanmin(sweep.errors["forward"])  # which a lucky dip below the curve has


def test_the_stripe_stands_between_the_two_predictions():
    (stripe,) = [s for s in picture_of(*SEED).figure["layout"]["shapes"] if s["name"] == "best step"]
    assert 4e-8 < stripe["x0"] < stripe["x1"] < 1.5e-7


def test_the_ground_has_the_colours_of_the_slider_where_its_zones_are():
    """Its script has them of its own; the regions of one name touch, and reach from end to end."""
    slider = scripts.scripts()["step"].decode()
    for name, colour in ZONES.items():
        kind = name.removeprefix("zone-")
        assert f'[data-name="{kind}"] {{ background: color-mix(in srgb, {colour.lower()} ' in slider
    sweep = gradviz.sweep(gradviz.parse(SEED[0]), SEED[1], methods=SHOWN)
    zones = [s for s in picture_of(*SEED).figure["layout"]["shapes"] if s["name"] == "zone"]
    regions = explain(sweep, "forward").regions
    assert [(zone["x0"], zone["x1"]) for zone in zones] == [(region.low, region.high) for region in regions]
    best = next(zone for zone in zones if "best" in zone["fillcolor"])
    assert best["x0"] < 6e-8 < best["x1"]


@pytest.mark.parametrize(
    ("text", "point", "focus", "slope", "words"),
    [
        (*SEED, "forward", "slope 1", "truncation ∝ ε"),
        ("sin(x)", (0.0,), "forward", "slope 2", "truncation ∝ ε²"),
        ("sin(x)", (1.0,), "central", "slope 2", "truncation ∝ ε²"),
        ("sin(x)", (1.0,), "central4", "slope 4", "truncation ∝ ε⁴"),
        ("sin(x)", (1.0,), "central6", "slope 6", "truncation ∝ ε⁶"),
        ("1/(1 + 25x^2)", (0.2,), "central", "slope 4", "truncation ∝ ε⁴"),
    ],
)
def test_what_truncation_is_proportional_to_is_written_beside_the_branch(text, point, focus, slope, words):
    picture = picture_of(text, point, (focus,), focus=focus)
    assert words in texts(picture)
    assert words in [
        note["text"] for note in picture.figure["layout"]["annotations"]
    ]  # without a browser too
    assert slope in picture.caption


@pytest.mark.parametrize(("text", "point", "focus"), [(*SEED, "central"), ("3x - 7", (1.7,), "forward")])
def test_without_truncation_there_is_no_branch_to_label(text, point, focus):
    picture = picture_of(text, point, focus=focus)
    assert not [words for words in texts(picture) if "truncation" in words]
    assert "No truncation shows" in picture.caption
    assert "truncation" not in roles(picture, focus)


def test_a_slope_that_is_no_whole_number_is_written_as_such():
    assert truncation_words(6.3) == "truncation, slope 6.3"
    assert truncation_words(5.9) == "truncation ∝ ε⁶"
    assert truncation_words(None) == "truncation"


def test_round_off_is_like_1_over_ε_where_a_difference_is_divided_by_it():
    shown = ("forward", "complex-step")
    assert "round-off ∝ 1/ε" in texts(picture_of(*SEED, shown))
    assert not [words for words in texts(picture_of(*SEED, shown, focus="complex-step")) if "1/ε" in words]


def test_the_label_of_the_best_step_is_that_of_the_ring():
    picture = picture_of("exp(x)", (1.0,))
    (x,), _ = points(trace(picture, "best"))
    (best,) = [label for label in labels(picture) if label["kind"] == "spot"]
    assert best["text"] == f"best ε ≈ {number(x, 1)}"
    assert not [
        one for one in labels(picture_of("|x|", (0.0,))) if one["kind"] == "spot"
    ]  # a plateau has none


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_every_label_has_a_line_to_stand_at(preset):
    """A drawn trace with a value in its range of ε; and each method that is drawn has its name."""
    swept = gradviz.sweep(gradviz.parse(preset.text), preset.point)
    for focus in (None, *swept.model):
        picture = figures.errors_picture(swept, 0.1, focus=focus)
        drawn = [t for t in picture.figure["data"] if not t["meta"].get("legend")]
        for label in labels(picture):
            assert 1e-16 <= label["low"] < label["high"] <= 1
            if label["kind"] == "column":
                continue
            own = [
                points(t)[0]
                for t in drawn
                if t["meta"]["method"] == label["method"] and t["meta"].get("role") in label["roles"]
            ]
            x = np.concatenate([*own, []])
            reach = (x >= label["low"] * (1 - 1e-6)) & (x <= label["high"] * (1 + 1e-6))
            assert reach.any() or label["kind"] == "level", (focus, label)
        named = {label["method"] for label in labels(picture) if label["kind"] in ("end", "level")}
        assert named == {t["meta"]["method"] for t in drawn}


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_no_decade_is_labelled_so_near_that_its_label_lies_on_exact(preset):
    """On a laptop the plot is about 150 px high, and a line of its labels 16."""
    layout = figures.errors_picture(gradviz.sweep(gradviz.parse(preset.text), preset.point), 0.1).figure[
        "layout"
    ]
    axis, (low, high) = layout["yaxis"], layout["yaxis"]["range"]
    places = [150 * (math.log10(value) - low) / (high - low) for value in sorted(axis["tickvals"])]
    assert all(b - a >= 16 for a, b in itertools.pairwise(places)), axis["ticktext"]
    assert sum("ε" in text for text in layout["xaxis"]["ticktext"]) == 1


@pytest.mark.parametrize(
    ("text", "point", "label"),
    [
        ("2x + y", (0.0, 1.0), "exact"),
        (
            "|x| + |y|",
            (0.0, 0.0),
            "0",
        ),  # three slopes, each without an error
        ("|x| + y^2", (0.0, 1.0), "0"),
    ],
)
def test_no_error_is_called_exact_where_there_is_no_gradient(text, point, label):
    picture = picture_of(text, point)
    words = [*picture.figure["layout"]["yaxis"]["ticktext"], picture.caption.lower()]
    assert label in words
    assert any("exact" in word for word in words) == (label == "exact")
    assert "An error of 0 stands in the band at the bottom." in picture.caption


def test_a_kink_shows_its_plateau_in_words():
    assert "a plateau, no V" in picture_of("|x|", (0.0,)).caption


ONE_LINE = 52  # letters, as many as a phone has room for


@pytest.mark.parametrize(
    ("text", "point", "focus", "words"),
    [
        (*SEED, "forward", "Least error of forward near ε = "),
        (*SEED, "central", "central: no truncation, only rounding."),
        ("exp(x)", (1.0,), "complex-step", "complex step: the smaller ε, the better."),  # nothing cancels
        ("x^5", (0.0,), "central4", "central, order 4: the smaller ε, the better."),
        (*SEED, "symbolic", "The error of each method, for every ε."),
        ("|x|", (0.0,), "forward", "forward: at a kink a plateau, no V."),  # exact is no word for a kink
        ("2x", (0.0,), "forward", "forward: no error at any ε."),
        ("log(x)", (-1.0,), "forward", "There is no error to draw."),
        ("x^2", (1e99,), "forward", "forward: every ε drawn vanishes beside x."),  # 1e99 + 1 is 1e99
        ("erf(x)", (6.0,), "forward", "forward: the same error at every ε."),  # f is 1 all around
    ],
)
def test_one_line_says_what_the_plot_shows_above_all(text, point, focus, words):
    assert picture_of(text, point, (focus,), focus=focus).summary.startswith(words)


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_the_summary_fits_in_a_line_of_a_phone(preset):
    swept = gradviz.sweep(gradviz.parse(preset.text), preset.point)
    for focus in (None, *swept.model):
        summary = figures.errors_picture(swept, 0.1, focus=focus).summary
        assert 10 < len(summary) <= ONE_LINE, summary


@pytest.mark.parametrize(("text", "at"), [("x^2", 1e99), ("erf(x)", 6.0), ("tanh(x)", 30.0)])
def test_no_step_is_called_best_where_the_error_is_the_same_at_all(text, at):
    picture = picture_of(text, (at,), ("forward",), focus="forward")
    assert "best" not in {(trace.get("meta") or {}).get("role") for trace in picture.figure["data"]}
    assert "(the ring)" not in picture.caption


THEORY = {  # what is drawn beside a method's own, by role or shape, and its name in the legend
    "truncation": "truncation, predicted",
    "roundoff": "round-off, predicted",
    "best step": "best ε, predicted",
    "best": "best ε, measured",
}


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_the_legend_names_everything_that_is_drawn_once(preset):
    """Whatever is explained: also a method with lonely values only, with exact ones only, or with none."""
    answers = comparison.answer(gradviz.parse(preset.text), preset.point, 0.1, without=("backprop",))
    shown = list(answers.estimates)
    for focus in (None, *(name for name in shown if name in answers.sweep.model)):
        picture = figures.errors_picture(answers.sweep, 0.1, answers.errors, shown=shown, focus=focus)
        drawn, layout = picture.figure["data"], picture.figure["layout"]
        visible = [t for t in drawn if not t["meta"].get("legend") and len(points(t)[0])]
        expected = [style(name).label for name in shown if name in {t["meta"]["method"] for t in visible}]
        parts = {t["meta"].get("role") for t in visible} | {shape["name"] for shape in layout["shapes"]}
        expected += [words for part, words in THEORY.items() if part in parts]
        assert [t["name"] for t in drawn if t.get("showlegend", True)] == expected, focus


def test_methods_of_which_single_values_are_drawn_are_named():
    steps = [1e-3, 1e-2, 1e-1]
    errors = {"forward": np.array([np.nan, 1e-2, np.nan]), "central": np.array([0.0, np.nan, 0.0])}
    sweep = SimpleNamespace(
        steps=np.array(steps), methods=tuple(errors), errors=errors, best_step=errors, model={}
    )
    picture = figures.errors_picture(sweep, 1e-1)
    assert [t["name"] for t in picture.figure["data"] if t.get("showlegend", True)] == ["forward", "central"]


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
@pytest.mark.parametrize("relative", [False, True])
def test_every_preset_makes_a_valid_figure(preset, relative):
    picture = picture_of(preset.text, preset.point, relative=relative)
    for theme in figures.palettes().values():
        graph_objects.Figure(figures.paint(picture.figure, theme))


def test_relative_errors_are_shares_of_the_gradient():
    """|(6, 8)| = 10, and the error at ε = 0.1 is √2·0.1."""
    absolute, relative = picture_of(*SEED), picture_of(*SEED, relative=True)
    assert trace(absolute, "chosen")["y"] == [pytest.approx(0.1 * math.sqrt(2))]
    assert trace(relative, "chosen")["y"] == [pytest.approx(0.01 * math.sqrt(2))]
    titles = [picture.figure["layout"]["yaxis"]["title"]["text"] for picture in (absolute, relative)]
    assert titles == ["error", "relative error"]
    assert relative.alternative.startswith("Relative error")
    for role in ("truncation", "roundoff", "cloud", "vanished"):
        sizes = [points(trace(picture, role))[1][-5:] for picture in (absolute, relative)]
        np.testing.assert_allclose(sizes[0], 10 * sizes[1], rtol=1e-5)


def test_where_the_gradient_is_zero_errors_stay_absolute():
    picture = picture_of("x^2", (0.0,), relative=True)
    assert picture.figure["layout"]["yaxis"]["title"]["text"] == "error"
    assert "The errors are absolute" in picture.caption


def test_the_regions_are_told_to_those_who_see_no_picture():
    words = picture_of(*SEED).alternative
    order = (
        "truncation from 1",
        "the optimum",
        "round-off",
        "a staircase",
        "the step vanished from 2.2·10⁻¹⁶",
    )
    places = [words.index(part) for part in order]
    assert places == sorted(places)
    assert "slope 1" in words


def test_a_family_is_drawn_line_by_line_each_with_its_name():
    sweep = gradviz.sweep(gradviz.parse(SEED[0]), SEED[1], methods=SHOWN)
    coarse = SimpleNamespace(
        steps=np.logspace(-8, 0, 81), errors={"forward": np.logspace(1, 0, 81), "central": np.zeros(81)}
    )
    family = {"float32": coarse, "float64": sweep}
    picture = figures.errors_picture(sweep, 0.1, family=family)
    assert trace(picture, "family")["name"] == "forward, float32"  # float64 is the cloud itself
    assert {"float32", "float64"} <= set(texts(picture))
    x, y = points(trace(picture, "family"))
    np.testing.assert_allclose(x, coarse.steps, rtol=1e-6)
    np.testing.assert_allclose(y, coarse.errors["forward"], rtol=1e-6)
    exact = figures.errors_picture(sweep, 0.1, focus="central", family=family)
    assert "float32" not in texts(exact)  # exact throughout: no line to name


def test_at_a_domain_edge_the_region_without_values_is_named():
    picture = picture_of("sqrt(x)", (0.05,), focus="backward")
    assert "no value" in texts(picture)
    assert "no finite number from 1" in picture.alternative


def test_a_precision_without_errors_is_told_in_the_caption():
    field = gradviz.parse("a*sin(x)", parameters=("a",)).with_parameters(a=-1e5)
    family = sweeping.family(field, [1], "forward")
    picture = figures.errors_picture(family["float64"], 0.1, focus="forward", family=family)
    assert picture.summary == "There is no curve in float16."
    told = "There is no curve in float16: a = -100000 is too large for float16, which ends at 65504."
    assert told in picture.caption
    drawn = {"float64", "float32", "float16", "bfloat16"} & set(texts(picture))
    assert drawn == {"float64", "float32", "bfloat16"}
