"""How much of a circle, a box or a way lies over the sheet of a scene: told by hand."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from gradviz.export.vector.sheet import Sheet
from gradviz.export.vector.silhouette import Silhouette

SIZE = (400.0, 320.0)
SIDE = np.linspace(0, 1, 33)


def from_above(places: NDArray[np.float64]) -> NDArray[np.float64]:
    """The unit square seen in the cells of the box from (80, 80) to (240, 240) px: up to their middles."""
    return 84 + 152 * places[..., :2]


def seen(height: Callable[[NDArray[np.float64]], NDArray[np.float64]]) -> Silhouette:
    """What is seen from above of a sheet with that height over x."""
    return Silhouette.of(Sheet(SIDE, SIDE, np.tile(height(SIDE), (33, 1)), -1.0, 1.0), from_above, SIZE)


@pytest.mark.parametrize(
    ("circle", "share"),
    [
        ((160, 160, 40), 1.0),
        ((340, 160, 40), 0.0),
        ((240, 160, 40), 0.5),  # half over the edge
        ((80, 80, 40), 0.25),  # a quarter at the corner
        ((160, 160, 100), 160**2 / (math.pi * 100**2)),
        ((20, 20, 48), 0.0),  # partly outside of the stage
    ],
)
def test_a_disc_is_told_how_much_of_it_lies_over_the_sheet(circle, share):
    assert seen(np.zeros_like).disc_share(*circle) == pytest.approx(share, abs=0.03)


def test_a_box_and_a_way_are_told_the_same():
    square = seen(np.zeros_like)
    assert square.box_share(80, 160, 40, 120) == 0.5
    assert square.box_share(0, 80, 0, 320) == 0
    assert square.way_share((100, 100), (200, 200)) == 1
    assert square.way_share((0, 160), (320, 160)) == pytest.approx(0.5, abs=0.05)
    assert square.way_share((-50, 300), (900, 300)) == 0


@pytest.mark.parametrize("beyond", [np.nan, 7.0, -7.0])
def test_holes_and_what_is_cut_off_are_not_the_sheet(beyond):
    half = seen(lambda x: np.where(x > 0.5, beyond, 0.0))
    assert half.disc_share(210, 160, 24) == 0
    assert half.disc_share(110, 160, 24) == 1
