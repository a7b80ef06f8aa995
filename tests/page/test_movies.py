"""Moving pictures made in the browser: what is written, read by Pillow; and the scripts of others."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re

import numpy as np
import pytest
from PIL.GifImagePlugin import GifImageFile

from page import scripts
from tests.support.node import run_node

VENDOR = scripts.FOLDER / "vendor"
WIDTH, HEIGHT = 60, 40
PAPER, ORANGE = (255, 255, 255), (213, 94, 0)


def frames() -> list[np.ndarray]:
    """Shades in all directions; then the same with an orange bar that moves, twice the same in between."""
    across, down = np.meshgrid(np.linspace(0, 255, WIDTH), np.linspace(0, 255, HEIGHT))
    shades = np.stack([across, down, 255 - across], axis=-1).astype(np.uint8)
    shades[:10] = PAPER
    bars = [shades.copy() for _ in range(3)]
    for bar, left in zip(bars, (5, 5, 30), strict=True):
        bar[3:6, left : left + 8] = ORANGE
    return [shades, *bars]


@pytest.fixture(scope="module")
def gif() -> GifImageFile:
    """The frames as the browser's module writes them, run by Node."""
    pixels = [
        base64.b64encode(np.dstack([frame, np.full((HEIGHT, WIDTH), 255, np.uint8)]).tobytes()).decode()
        for frame in frames()
    ]
    program = f"""
    const {{ createGif }} = await import({json.dumps((scripts.FOLDER / "movie/gif.js").as_uri())});
    const gif = createGif({WIDTH}, {HEIGHT}, ["#ffffff", "#d55e00", "#123456"]);
    for (const [i, text] of {json.dumps(pixels)}.entries())
      gif.add(new Uint8ClampedArray(Buffer.from(text, "base64")), 50 * (i + 1));
    console.log(Buffer.from(gif.finish()).toString("base64"));
    """
    outcome = run_node("--input-type=module", "-e", program)
    assert outcome.returncode == 0, outcome.stdout
    return GifImageFile(io.BytesIO(base64.b64decode(outcome.stdout)))


def test_a_gif_has_every_frame_with_its_time_and_plays_for_ever(gif: GifImageFile):
    assert (gif.n_frames, gif.size, gif.info["loop"]) == (4, (WIDTH, HEIGHT), 0)
    times = []
    for place in range(gif.n_frames):
        gif.seek(place)
        times.append(gif.info["duration"])
    assert times == [50, 100, 150, 200]


def test_frames_of_a_gif_are_as_drawn(gif: GifImageFile):
    """Given colours to the last bit, and shades as near as 253 colours for all of a cube's side can be."""
    for place, frame in enumerate(frames()):
        gif.seek(place)
        shown = np.asarray(gif.convert("RGB")).astype(int)
        assert np.abs(shown - frame).max() <= 16, "255 colours for 2,400 pixels of a plane: 15 × 17 of them"
        exact = (frame == PAPER).all(axis=-1) | (frame == ORANGE).all(axis=-1)
        assert exact.any()
        assert (shown[exact] == frame[exact]).all(), "nothing of the frame before shines through"


def test_a_frame_has_only_what_has_changed(gif: GifImageFile):
    """The third frame is as the second: no pixel of it is drawn."""
    gif.seek(1)
    before = gif.convert("RGB").tobytes()
    gif.seek(2)
    assert gif.dispose_extent == (0, 0, WIDTH, HEIGHT)
    assert gif.convert("RGB").tobytes() == before


def test_scripts_of_others_are_as_they_were_published():
    """A table of them stands beside; an edit of one would hide in its length."""
    rows = re.findall(r"^\| `(.+?)` .*\| `([0-9a-f]{64})` \|$", (VENDOR / "README.md").read_text(), re.M)
    assert {name for name, _ in rows} == {path.name for path in VENDOR.glob("*.js")}
    for name, digest in rows:
        assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == digest
    assert all((VENDOR / licence).is_file() for licence in ("gifenc-LICENSE.md", "mediabunny-LICENSE"))


def test_nothing_of_a_moving_picture_is_loaded_before_it_is_wanted():
    """The page loads none of it; Share has what draws frames; the scripts of others are a worker's alone."""
    first = set(scripts.with_imports("view", "reconnect", "walk", "step"))
    shared = set(scripts.with_imports("movie"))
    assert not [name for name in first if name.startswith(("movie", "vendor"))]
    assert not [name for name in shared if name.startswith("vendor")]
    gif, video = (set(scripts.with_imports(f"movie/{kind}_worker")) for kind in ("gif", "video"))
    assert gif == {"movie/gif_worker", "movie/gif", "movie/serve", "vendor/gifenc"}
    assert video == {"movie/video_worker", "movie/video", "movie/serve", "vendor/mediabunny"}
