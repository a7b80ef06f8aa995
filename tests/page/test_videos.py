"""A video that the browser makes holds every frame at its time: read again by readers of our own.

The encoder alone is played, by tests/support/video.mjs; worker and container are the page's.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.containers import Video, mp4, webm
from tests.support.node import run_node
from tests.support.paths import ROOT

HOLDS = [1000, 50, 50, 50, 2500, 50, 50, 1000]  # ms, as an ε sweep and a walk have them
KEYS = [0, 5]  # the first frame of all, and the first one that is two seconds after


@pytest.mark.parametrize(
    ("ending", "codec", "name"), [("mp4", "avc", "avc1"), ("webm", "vp9", "V_VP9"), ("webm", "vp8", "V_VP8")]
)
def test_a_video_has_every_frame_at_its_time(ending: str, codec: str, name: str, tmp_path: Path):
    file = tmp_path / f"film.{ending}"
    script = str(ROOT / "tests" / "support" / "video.mjs")
    ran = run_node(script, ending, codec, str(file), *map(str, HOLDS))
    assert ran.returncode == 0, ran.stdout
    video: Video = (mp4 if ending == "mp4" else webm)(file.read_bytes())
    assert video.codec == name
    assert video.size == (1920, 1080)
    assert [packet.time for packet in video.packets] == [sum(HOLDS[:k]) for k in range(len(HOLDS))]
    assert [packet.data[-1] for packet in video.packets] == [*range(len(HOLDS))]
    assert [k for k, packet in enumerate(video.packets) if packet.key] == KEYS
    assert video.duration == sum(HOLDS)
