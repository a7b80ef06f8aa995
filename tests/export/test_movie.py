"""The moving picture: one frame for each decade of ε, each with what the page says there."""

from __future__ import annotations

import io
import sys
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image

from gradviz import sentences
from gradviz.errors import NotInstalledError
from gradviz.export import movie
from gradviz.export.files import FORMATS, bytes_of
from gradviz.export.snapshot import Snapshot, snapshot_of
from gradviz.link import values_in


def snapshot(step: str = "0.1") -> Snapshot:
    return snapshot_of({**values_in({})[0], "f": "sin(x)", "at": "1", "eps": step})


def test_frames_follow_the_decades_of_the_step(monkeypatch: pytest.MonkeyPatch):
    """Read again by Pillow: each frame for its time, the line at ε farther to the left in each."""
    monkeypatch.setattr(movie, "EXPONENTS", range(0, -16, -5))  # the others are drawn alike
    made = bytes_of(snapshot(), FORMATS["gif"])
    with Image.open(io.BytesIO(made)) as opened:
        assert opened.n_frames == 4
        assert opened.info["loop"] == 0
        frames, times = [], []
        for at in range(4):
            opened.seek(at)
            times.append(opened.info["duration"])
            frames.append(np.asarray(opened.convert("L"), dtype=int))
    assert times == [movie.EACH] * 3 + [movie.LAST]
    assert {frame.shape for frame in frames} == {(432, 960)}
    # what is darker in one frame than in all others, high on the error plot: the line at its ε
    left = int(movie.SHARE * 960) + 60
    places = []
    for frame in frames:
        others = np.min([other for other in frames if other is not frame], axis=0)
        darker = (others - frame)[60:300, left:].clip(0).sum(axis=0)
        places.append(int(darker.argmax()))
    assert all(later < earlier - 40 for earlier, later in pairwise(places))


def test_each_frame_says_what_the_page_says_there(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(movie, "EXPONENTS", (0, -8))
    said = [drawing.title for drawing in movie._drawings(snapshot())]
    assert said == [sentences.headline(snapshot(step).answers, "forward") for step in ("1", "1e-8")]


def test_it_goes_to_the_end_of_the_slider():
    assert list(movie.EXPONENTS) == [-k for k in range(17)]


def test_without_pillow_a_sentence_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(NotInstalledError, match=r"gradviz\[export\]"):
        movie.sweep_gif(snapshot())
