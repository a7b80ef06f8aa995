"""A gradient checked: how far the central difference is from it over ε, and what the Taylor series leaves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from gradviz.autodiff.faults import STEPS, Finding, findings, gaps, remainders
from gradviz.autodiff.graph import ComputationGraph
from gradviz.field import ScalarField
from gradviz.figures.parts.drawing import Picture, Trace, bounded, labelled_lines, log_axis
from gradviz.figures.parts.theme import paper
from gradviz.figures.view import Panel
from gradviz.pieces import multiples
from gradviz.text.numbers import number

FLOOR = 1e-17  # where a log axis draws 0
HEALTHY, SABOTAGED = "healthy", "sabotaged"
_LOOKS = {HEALTHY: ("@central", "solid", "circle"), SABOTAGED: ("@backprop", "dash", "x")}


def gap_picture(field: ScalarField, point: np.ndarray, healthy: np.ndarray, wrong: np.ndarray) -> Picture:
    """‖central difference − gradient‖ over ε, for the gradient (n,) of either graph."""
    sizes = {name: gaps(field, point, g, STEPS) for name, g in ((HEALTHY, healthy), (SABOTAGED, wrong))}
    caption = (
        "The central difference knows nothing of the graph. Its distance to the healthy gradient is its own "
        "truncation and rounding, and nothing else; to the sabotaged one it flattens into a plateau, as high "
        "as that gradient is wrong."
    )
    return Picture(_figure(sizes, "ε", "distance"), caption, "Distance of the central difference against ε.")


def remainder_picture(
    field: ScalarField, point: np.ndarray, healthy: np.ndarray, wrong: np.ndarray
) -> Picture:
    """|f(p + hd) − f(p) − h g·d| over h, for the gradient (n,) of either graph."""
    sizes = {name: remainders(field, point, g, STEPS) for name, g in ((HEALTHY, healthy), (SABOTAGED, wrong))}
    caption = (
        "|f(p + hd) − f(p) − h g·d| along a direction d. With the right g only terms from h² on are left: "
        "slope 2. With a wrong g a part of the slope itself is left: slope 1."
    )
    return Picture(_figure(sizes, "h", "remainder"), caption, "Taylor remainder against h.")


@np.errstate(all="ignore")
def checked(
    field: ScalarField, point: tuple[float, ...], healthy: ComputationGraph, wrong: ComputationGraph
) -> tuple[list[dict[str, str]], dict[str, Panel]]:
    """The findings as a table, and both pictures."""
    at = np.array(point)
    rows = finding_rows(*(findings(field, at, healthy, graph.gradient) for graph in (healthy, wrong)))
    gap = gap_picture(field, at, healthy.gradient, wrong.gradient)
    remainder = remainder_picture(field, at, healthy.gradient, wrong.gradient)
    return rows, {
        "gap": Panel(gap, "Central difference − adjoint", height=340),
        "remainder": Panel(remainder, "Taylor remainder", height=340),
    }


def finding_rows(healthy: Sequence[Finding], wrong: Sequence[Finding]) -> list[dict[str, str]]:
    """The checks as a table: one row each, its outcome for both graphs, and the reason for the faulty one."""

    def outcome(finding: Finding) -> str:
        if np.isnan(finding.number):
            return finding.verdict
        what = "slope " if finding.check.startswith("Taylor") else ""
        return f"{finding.verdict} ({what}{number(finding.number, 2)})"

    return [
        {"check": good.check, HEALTHY: outcome(good), SABOTAGED: outcome(bad), "because": bad.reason}
        for good, bad in zip(healthy, wrong, strict=True)
    ]


def doubt(rows: Sequence[dict[str, str]]) -> str:
    """A caveat where not even the healthy graph passes; '' where it does."""
    if all(row[HEALTHY].startswith("right") for row in rows):
        return ""
    return (
        "Here not even the healthy graph passes every check: at a kink f has no gradient, and where f loses "
        "its digits a difference cannot judge. Try another point."
    )


def _figure(sizes: dict[str, np.ndarray], across: str, up: str) -> dict[str, Any]:
    traces: list[Trace] = []
    tops, bottoms = [1.0], []
    for name, values in sizes.items():
        colour, dash, symbol = _LOOKS[name]
        drawn = np.maximum(values, FLOOR)  # an exact 0 is drawn at the bottom
        drawn = np.where(np.isfinite(drawn), bounded(drawn), np.nan)
        tops.append(float(np.nanmax(drawn, initial=FLOOR)))
        bottoms.append(float(np.nanmin(drawn, initial=1.0)))
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": f"{name} graph",
                "meta": {"graph": name},
                "x": [float(step) for step in STEPS],
                "y": [float(value) if np.isfinite(value) else None for value in drawn],
                "line": {"color": colour, "dash": dash, "width": 2.6},
                "marker": {"color": colour, "symbol": symbol, "size": 5},
                "hovertemplate": f"{name}: %{{y:.2e}} at {across} = %{{x:.1e}}<extra></extra>",
            }
        )
    low, high = np.floor(np.log10(min(bottoms))) - 0.3, np.log10(max(tops)) + 0.5
    heights = [int(power) for power in multiples(low, high, most=8)]
    lines = [(trace, trace["meta"]["graph"]) for trace in traces]
    x, y = log_axis(across, (-10.1, 0.1), range(-10, 1, 2)), log_axis(up, (low, high), heights)
    return {"data": traces, "layout": labelled_lines(lines, x, y, 84) | paper(-0.2)}
