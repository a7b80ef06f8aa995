"""What stands on the stage of every preset, drawn by the modules of the page: nothing over anything."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gradviz
from gradviz import figures, link
from gradviz.export.vector.camera import Camera
from gradviz.export.vector.sight import scene_of
from gradviz.presets import PRESETS, Preset
from tests.support.node import run_node
from tests.support.paths import ROOT
from tests.support.pictures import unpacked

# A laptop’s stage with a caption and without, a phone’s, and one over two rows of sliders.
SIZES = ("880x420", "847x462", "374x340", "374x210")
BESIDE = [preset for preset in PRESETS if len(preset.point) > 1]


def figure_of(preset: Preset) -> dict[str, Any]:
    """What the page draws of the scene, in plain lists."""
    reading = link.read(link.entries_of(preset))
    field, point, axes = reading.field, reading.point, reading.axes
    surface = gradviz.sample(field, reading.window, 25, point=point, axes=axes)
    estimates = [gradviz.gradient(field, point, method, reading.step) for method in preset.methods]
    truth = gradviz.true_gradient(field, point)
    given = {"truth": truth.gradient, "one_sided": truth.one_sided} if truth else {}
    picture = figures.surface_picture(field, surface, point, estimates, axes=axes, **given)
    sheet = picture.figure["data"][0]
    grid = {name: unpacked(sheet[name]).astype(float).tolist() for name in "xyz"}
    return {"data": [{"type": "surface"} | grid], "layout": picture.figure["layout"]}


@pytest.fixture(scope="module")
def scenes() -> dict[str, dict[str, Any]]:
    """The figures, by preset; and one of a constant."""
    figures = {preset.name: figure_of(preset) for preset in BESIDE}
    constant = Preset("", "a constant", "0 x + 0 y + 7", (1.0, 1.0), "0.1", "")
    return {**figures, constant.name: figure_of(constant)}


@pytest.fixture(scope="module")
def stages(scenes, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """By preset and size: words, point, tips and lens."""
    file: Path = tmp_path_factory.mktemp("stages") / "figures.json"
    file.write_text(json.dumps(scenes).replace("NaN", "null"))
    ran = run_node(str(ROOT / "tests" / "support" / "stages.mjs"), str(file), *SIZES)
    assert ran.returncode == 0, ran.stdout
    return json.loads(ran.stdout)


Box = tuple[float, float, float, float]  # left, right, top, bottom in px


def box_of(word: dict[str, Any]) -> Box:
    """The room of a word: its letters are about half as wide as they are high."""
    wide = 0.52 * word["letters"] * len(word["text"])
    left = word["x"] - (wide / 2 if word["anchor"] == "middle" else 0)
    return left, left + wide, word["y"] - 0.5 * word["letters"], word["y"] + 0.5 * word["letters"]


def faults(stage: dict[str, Any], width: float, height: float) -> list[str]:
    """What lies over something or is cut off, found by walking along the arrows and around the lens."""
    found = [] if stage["visible"] else ["the point is hidden"]
    words = [(word["text"], box_of(word)) for word in stage["words"]]
    for place, (text, (left, right, top, bottom)) in enumerate(words):
        if left < -1 or right > width + 1 or top < -1 or bottom > height + 1:
            found.append(f"‘{text}’ is cut off")
        for other, (a, b, c, d) in words[:place]:
            if min(right, b) > max(left, a) and min(bottom, d) > max(top, c):
                found.append(f"‘{text}’ over ‘{other}’")
    ways = [np.linspace(stage["spot"], tip, 101) for tip in stage["tips"]]
    for x, y in stage["tips"]:
        if not (0 < x < width and 0 < y < height):
            found.append("a head is outside")
    if stage["lens"]:
        x, y, radius = stage["lens"]
        if min(x, width - x, y, height - y) < radius:
            found.append("the lens is cut off")
        caption = words[-1][1]
        for way in [np.array([stage["spot"]]), *ways]:
            if (np.hypot(*(way - [x, y]).T) < radius).any():
                found.append("the lens is over the point or an arrow")
            left, right, top, bottom = caption
            if ((way > [left, top]) & (way < [right, bottom])).all(axis=1).any():
                found.append("the words of the lens are over the point or an arrow")
        for text, (left, right, top, bottom) in words:
            if np.hypot(x - np.clip(x, left, right), y - np.clip(y, top, bottom)) < radius:
                found.append(f"the lens is over ‘{text}’")
    return found


FINE = 200  # places of the sheet each way
CELL = 3.0  # px


def over_sheet(figure: dict[str, Any], stage: dict[str, Any], size: tuple[float, float]) -> float:
    """How much of the lens’ disc lies over the sheet: of its cells, those in which a place of it is seen."""
    x, y, z = (np.array(figure["data"][0][axis], dtype=float) for axis in "xyz")
    low, high = figure["layout"]["scene"]["zaxis"]["range"]
    across, up = np.linspace(x[0], x[-1], FINE), np.linspace(y[0], y[-1], FINE)
    rows = np.array([np.interp(across, x, row) for row in z])
    fine = np.array([np.interp(up, y, column) for column in rows.T]).T
    places = np.stack([*np.meshgrid(across, up), fine], axis=-1)[(fine > low) & (fine < high)]
    eye, centre = (np.array(part) for part in stage["camera"])
    right, down, radius = stage["lens"]
    seen = Camera(eye, centre).sees(places, size) - [right, down]
    within = np.floor(seen[np.hypot(*seen.T) < radius] / CELL).astype(int)
    return len(np.unique(within, axis=0)) * CELL**2 / (np.pi * radius**2)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("preset", BESIDE, ids=lambda preset: preset.name)
def test_nothing_on_a_stage_lies_over_anything(stages, scenes, preset: Preset, size: str):
    width, height = map(float, size.split("x"))
    stage = stages[preset.name][size]
    assert faults(stage, width, height) == []
    assert stage["lens"]
    if height > 300:  # on a stage that is lower it may have to
        assert over_sheet(scenes[preset.name], stage, (width, height)) <= 0.05
    if stage["tips"]:
        assert np.hypot(*np.subtract(stage["tips"][0], stage["spot"])) >= 0.12 * np.hypot(width, height)


@pytest.mark.parametrize("preset", BESIDE, ids=lambda preset: preset.name)
def test_every_axis_that_is_drawn_has_its_title(stages, preset: Preset):
    for size in SIZES[:3]:
        stage = stages[preset.name][size]
        titles = [stage["titles"]["xyz".index(axis)] for axis in stage["axes"]]
        missing = set(titles) - {word["text"] for word in stage["words"]}
        assert not missing, size


def test_a_saved_scene_is_seen_as_on_the_page(stages, scenes):
    """The camera chosen in Python for a picture is the browser's.

    Here a line of sight is followed exactly, there in steps, which may tell of a direction or two otherwise.
    """
    width, height = map(float, SIZES[0].split("x"))
    off = []
    for preset in BESIDE:
        home = scene_of(scenes[preset.name], (width, height)).home
        eye, centre = stages[preset.name][SIZES[0]]["camera"]
        if not np.allclose([home.eye, home.centre], [eye, centre], atol=1e-3):
            off.append(preset.name)
    assert len(off) <= 2, off


@pytest.mark.parametrize("size", SIZES[:3])
def test_the_axis_of_f_ends_within_the_stage(stages, size: str):
    """Also where f is flat, and the top of its axis is far over all that the camera was chosen for."""
    width, height = map(float, size.split("x"))
    for name in (*(preset.name for preset in BESIDE), "a constant"):
        stage = stages[name][size]
        for axis, line in zip(stage["axes"], stage["lines"], strict=True):
            if axis == "z":
                assert min(line) >= 0
                assert max(line[::2]) <= width, name
                assert max(line[1::2]) <= height, name
