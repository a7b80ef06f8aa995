"""The document for PGFPlots, read by a reader of our own, and compiled where there is a TeX."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from gradviz.export.pgfplots import Unit, figure_document
from gradviz.export.snapshot import Snapshot, snapshot_of_link

LESSON = "?f=x1^2%2Bx2^2&at=3,4&v=2"
LINKS = {
    "lesson": LESSON,
    "curve": "?f=x^3-3x&at=1.5&eps=0.5&v=2",
    "layers": "?f=sin(x)*y&at=1,2&dtype=float32&v=2&more=plane,level,slices,path,field,digits,lens",
    "hole": "?f=sqrt(x^2%2By^2-1)&at=2,2&v=2",
    "pole": "?f=1/(x*y)&at=1,1&v=2",
    "nothing": "?f=sqrt(-1-x^2-y^2)&at=1,1&v=2",
    "huge": "?f=1e300*x^2&at=1&v=2",
    "tiny": "?f=1e-200*x*y&at=1,1&v=2",
    "far": "?f=x^2%2By&at=1e9,1e9&v=2",
    "kink": "?f=abs(x)%2Babs(y)&at=0,0&v=2",
    "names": "?f=f(alpha_1,x_max)=alpha_1*x_max&at=1,2&v=2",
}
PLOT = re.compile(r"\\addplot(3?)\[([^\]]*)\] table\[row sep=\\\\\] \{\n([^}]*)\n\};")
DRAWN = re.compile(r"\\draw\[gradviz(\w+), [^\]]*\]\}\] \(axis cs:([^)]*)\) -- \(axis cs:([^)]*)\);")
NUMBER = re.compile(r"-?\d+(\.\d+)?(e[+-]\d+)?|nan")


@pytest.fixture(scope="module", params=LINKS, ids=str)
def snapshot(request: pytest.FixtureRequest) -> Snapshot:
    return snapshot_of_link(LINKS[request.param])


def tables(text: str) -> list[tuple[str, np.ndarray]]:
    """The options and the numbers of every plot with a table."""
    found = []
    for deep, options, body in PLOT.findall(text):
        head, *rows = [row.strip() for row in body.split(r"\\") if row.strip()]
        assert head.split() == (["x", "y", "z"] if deep else ["x", "y"])
        numbers = [row.split() for row in rows]
        assert all(NUMBER.fullmatch(number) for row in numbers for number in row)
        found.append((options, np.array(numbers, dtype=float)))
    return found


def test_the_table_of_the_surface_is_f():
    for link in (LESSON, "?f=x^2*y%2Bz&at=1,2,3&v=2", LINKS["hole"]):
        reading = snapshot_of_link(link).reading
        (options, rows), *_ = tables(figure_document(snapshot_of_link(link)))
        assert "surf" in options
        assert "mesh/rows=41" in options
        assert len(rows) == 41 * 41
        points = np.tile(reading.point, (len(rows), 1))
        points[:, list(reading.axes)] = rows[:, :2]
        values = reading.field(points)
        hole = np.isnan(rows[:, 2])
        assert hole.any() == (link == LINKS["hole"])
        assert (
            hole != np.isnan(values)
        ).sum() <= 12  # on the rim, where a rounded place lies on the other side
        both = ~hole & ~np.isnan(values)
        np.testing.assert_allclose(rows[both, 2], values[both], rtol=2e-5, atol=2e-5)
        assert (np.diff(rows[:41, 0]) > 0).all()  # along x first
        assert np.ptp(rows[:41, 1]) == 0


def test_arrows_point_along_the_gradients():
    text = figure_document(snapshot_of_link(LESSON))
    arrows = {
        name: np.subtract(*(np.array(ends.split(","), dtype=float) for ends in (tip, tail)))
        for name, tail, tip in DRAWN.findall(text)
    }
    assert list(arrows) == ["symbolic", "forward", "backward", "central", "backprop"]
    for name, slope in {"symbolic": (6, 8), "forward": (6.1, 8.1), "backward": (5.9, 7.9)}.items():
        x, y, rise = arrows[name]
        assert x / y == pytest.approx(slope[0] / slope[1], rel=1e-4)
        assert rise == pytest.approx(6 * x + 8 * y, rel=1e-3)  # in the tangent plane
        assert np.hypot(x, y) / np.hypot(*arrows["symbolic"][:2]) == pytest.approx(
            np.hypot(*slope) / 10, rel=1e-4
        )


def test_the_error_plot_has_the_errors_of_the_sweep():
    snapshot = snapshot_of_link(LESSON)
    sweep = snapshot.answers.sweep
    lines = [rows for options, rows in tables(figure_document(snapshot)) if "line width=1.20pt" in options]
    forward = next(rows for rows in lines if len(rows) > 100)
    nearest = np.searchsorted(np.log(sweep.steps), np.log(forward[:, 0]) - 1e-4)
    np.testing.assert_allclose(sweep.steps[nearest], forward[:, 0], rtol=1e-5)
    errors = sweep.errors["forward"][nearest]
    assert np.median(np.abs(forward[:, 1] / errors - 1)) < 1e-5


def test_braces_and_environments_pair_and_no_number_is_past_tex(snapshot: Snapshot):
    text = figure_document(snapshot)
    body = "\n".join(line for line in text.splitlines() if not line.startswith("%"))
    assert body.count("{") == body.count("}")
    assert sorted(re.findall(r"\\begin\{(\w+)\}", body)) == sorted(re.findall(r"\\end\{(\w+)\}", body))
    assert body.count(r"\begin{tikzpicture}") == 2
    assert body.isascii()
    assert "inf" not in body.replace("infty", "")
    for options, rows in tables(text):
        if "surf" in options:
            assert np.nanmax(np.abs(rows), initial=0) <= 1e4


@pytest.mark.parametrize(
    ("low", "high"), [(-2, 2), (0, 1e-7), (1e300, 2e300), (1e9 - 1, 1e9 + 1), (-1e-205, 1e-205), (5, 5.5)]
)
def test_a_unit_keeps_apart_what_tex_must_tell_apart(low: float, high: float):
    """TeX computes with five digits: over the written range there must be at least three of them."""
    first, last = Unit.of(low, high).place(np.array([low, high]))
    assert max(abs(first), abs(last)) <= 1e4
    assert last - first >= 1e-3
    assert last - first > 0.005 * max(abs(first), abs(last))


def test_a_unit_says_what_it_is():
    assert Unit.of(-2, 2).label("x") == "$x$"
    assert Unit.of(0, 3e7).label("f") == r"$f / 10^{7}$"
    assert Unit(1e9, 1.0).label("x") == r"$x - 10^{9}$"
    assert Unit(-1e9, 0.1).label("x") == r"$(x + 10^{9}) / 0.1$"


def test_it_compiles_where_there_is_a_tex(tmp_path: Path):
    """With pdflatex and PGFPlots; elsewhere the structure of every document is checked above."""
    engine, kpsewhich = shutil.which("pdflatex"), shutil.which("kpsewhich")
    text = figure_document(snapshot_of_link(LINKS["curve"]))
    assert text.startswith("% ?f=x")
    styles = ("pgfplots.sty", "standalone.cls")
    if not engine or any(
        subprocess.run([kpsewhich or "", name], capture_output=True).returncode for name in styles
    ):
        return
    (tmp_path / "figure.tex").write_text(text)
    command = [engine, "-interaction=nonstopmode", "-halt-on-error", "figure.tex"]
    outcome = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, errors="replace")
    assert outcome.returncode == 0, outcome.stdout[-2000:]
    assert "(2 pages" in outcome.stdout
