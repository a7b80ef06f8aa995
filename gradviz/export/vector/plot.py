"""A flat picture of :mod:`gradviz.figures`, as its dict for Plotly says, painted: curve, map, error plot.

What the browser draws over such a picture is drawn here as well: labels off the lines, dots, marks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradviz.export.vector.axes import Axis, Box, draw_axes, draw_grid, laid_out
from gradviz.export.vector.bands import BANDS, SEAM, bands, draw_colour_bar
from gradviz.export.vector.drawing import Drawing, Outline, Pen, circle, unbroken, width_of
from gradviz.export.vector.labels import draw_labels
from gradviz.export.vector.marks import dashes, head, hexed, numbers, shades, symbol
from gradviz.figures.parts.contours import lines_at

Trace = Mapping[str, Any]

DOTS = ("cloud", "exact")  # roles of traces of many small dots
HALO = 5.0  # px of the rim around words


def draw_plot(
    drawing: Drawing,
    figure: Mapping[str, Any],
    box: Box,
    palette: Mapping[str, str],
    *,
    unit: float = 1.0,
    name: str = "plot",
) -> None:
    """``figure``, painted in the colours of the ``palette``, inside ``box``.

    ``unit`` px are drawn for each px of the page.
    """
    layout, traces = figure["layout"], figure["data"]
    bars = [bar for trace in traces if (bar := _bar_of(trace)) is not None]
    left, top, right, bottom = box
    x, y = laid_out(layout, (left, top, right - (62 * unit if bars else 0), bottom), unit)
    inside = (min(x.span), min(y.span), max(x.span), max(y.span))
    plot = _Plot(drawing, x, y, palette, unit)
    with drawing.group(name):
        shapes = layout.get("shapes", [])
        with drawing.group(clip=inside):
            for shape in shapes:
                plot.shape(shape)
            draw_grid(drawing, x, y, unit)
            for k, trace in enumerate(traces):
                if not _on_top(trace):
                    plot.trace(trace, traces[:k])
        draw_axes(drawing, x, y, unit, palette["ink"])
        for trace in traces:
            if _on_top(trace):
                plot.trace(trace, [])
        for bar in bars[:1]:
            corner = inside[2] + 10 * unit, inside[3]
            draw_colour_bar(drawing, bar, corner, inside[3] - inside[1], palette, unit)
        labels = (layout.get("meta") or {}).get("labels", [])
        for note in layout.get("annotations", []):
            if not (labels and note.get("name") == "label"):  # these have better places
                plot.note(note)
        draw_labels(drawing, labels, traces, (x, y), palette, unit)


def _on_top(trace: Trace) -> bool:
    return trace.get("cliponaxis") is False


def _bar_of(trace: Trace) -> Mapping[str, Any] | None:
    """What has a scale of colours with a key: the trace, or its markers."""
    for part in (trace, trace.get("marker") or {}):
        if part.get("showscale") and "colorbar" in part:
            return part
    return None


class _Plot:
    """What the traces of one picture are drawn with."""

    def __init__(self, drawing: Drawing, x: Axis, y: Axis, palette: Mapping[str, str], unit: float) -> None:
        self.drawing, self.x, self.y, self.palette, self.unit = drawing, x, y, palette, unit

    def places(self, trace: Trace) -> NDArray[np.float64]:
        """The points (k, 2) of a trace in px."""
        return np.column_stack([self.x.px(numbers(trace["x"])), self.y.px(numbers(trace["y"]))])

    def trace(self, trace: Trace, before: Sequence[Trace]) -> None:
        if trace.get("visible") is False or (trace.get("meta") or {}).get("legend"):
            return
        kind = trace.get("type", "scatter")
        if kind == "contour":
            self.contour(trace)
        elif kind == "heatmap":
            self.heatmap(trace)
        else:
            self.scatter(trace, before)

    def scatter(self, trace: Trace, before: Sequence[Trace]) -> None:
        points, mode = self.places(trace), trace.get("mode", "lines")
        if trace.get("fill") == "tonexty" and before:
            self.fill_between(points, self.places(before[-1]), trace["fillcolor"])
        elif trace.get("fill") == "toself" and "fillcolor" in trace:
            rings = [Outline(ring, closed=True) for ring in unbroken(_clamped(points))]
            self.drawing.path(rings, trace["fillcolor"])
        if "lines" in mode:
            self.lines(trace, points)
        if "markers" in mode:
            self.markers(trace, points)
        if "text" in mode:
            font = trace["textfont"]
            size = font["size"] * self.unit
            for (x, y), text, colour in zip(points.tolist(), trace["text"], font["color"], strict=True):
                self.drawing.text(x, y + 0.34 * size, text, size, colour, anchor="middle")

    def lines(self, trace: Trace, points: NDArray[np.float64]) -> None:
        line = trace["line"]
        if not line.get("width"):
            return
        if _is_arrow(trace):  # the shaft ends inside its head
            points = _shortened(points, 0.7 * float(numbers(trace["marker"]["size"])[-1]) * self.unit)
        dash = dashes(line.get("dash"), line["width"])
        pen = Pen(line["color"], line["width"] * self.unit, tuple(self.unit * length for length in dash))
        self.drawing.line(_clamped(points), pen)

    def markers(self, trace: Trace, points: NDArray[np.float64]) -> None:
        marker = trace["marker"]
        count = len(points)
        size = _each(marker.get("size", 6), count)
        names = marker.get("symbol", "circle")
        names = [names] * count if isinstance(names, str) else list(names)
        if isinstance(marker.get("color"), str):
            colours = [marker["color"]] * count
        else:
            low, high = marker["cmin"], marker["cmax"]
            mixed = shades(marker["colorscale"], (numbers(marker["color"]) - low) / (high - low))
            colours = [hexed(colour) for colour in mixed]
        rim = marker.get("line") or {}
        if (trace.get("meta") or {}).get("role") in DOTS:
            self.dots(points, size, marker)
            return
        for k in np.flatnonzero(np.isfinite(points).all(axis=1) & (size > 0)).tolist():
            x, y = points[k].tolist()
            across = float(size[k]) * self.unit
            if names[k] == "arrow":
                self.arrow_head(points, k, across, colours[k], marker.get("angleref") == "previous")
                continue
            outline = symbol(names[k], x, y, across)
            if names[k].endswith("-open"):
                self.drawing.path([outline], None, Pen(colours[k], rim.get("width", 1) * self.unit))
                continue
            pen = Pen(rim["color"], rim["width"] * self.unit) if rim.get("width") and "color" in rim else None
            self.drawing.path([outline], colours[k], pen, marker.get("opacity", 1.0))

    def dots(self, points: NDArray[np.float64], size: NDArray[np.float64], marker: Mapping[str, Any]) -> None:
        """Many small dots as one path."""
        sound = np.isfinite(points).all(axis=1)
        rings = [
            circle(x, y, s / 2 * self.unit)
            for (x, y), s in zip(points[sound].tolist(), size[sound].tolist(), strict=True)
        ]
        self.drawing.path(rings, marker["color"], None, marker.get("opacity", 1.0))

    def arrow_head(self, points: NDArray[np.float64], k: int, size: float, colour: str, along: bool) -> None:
        tip = points[k]
        way = np.array([0.0, -1.0])
        if along and k:
            way = tip - points[k - 1]
            if not np.isfinite(way).all() or not way.any():
                return
        way = way / np.hypot(*way)
        self.drawing.polygon(head(tip - size * way, tip), colour)

    def fill_between(self, upper: NDArray[np.float64], lower: NDArray[np.float64], colour: str) -> None:
        ring = np.concatenate([upper, lower[::-1]])
        ring = ring[np.isfinite(ring).all(axis=1)]
        if len(ring) > 2:
            self.drawing.polygon(_clamped(ring), colour)

    def contour(self, trace: Trace) -> None:
        """Bands of colour between many levels, and the level lines."""
        x, y = self.x.px(numbers(trace["x"])), self.y.px(numbers(trace["y"]))
        z = numbers(trace["z"])
        low, high, contours = float(trace["zmin"]), float(trace["zmax"]), trace["contours"]
        if contours["coloring"] == "heatmap":
            draw_bands(self.drawing, x, y, z, (low, high), trace["colorscale"])
        start, step = float(contours["start"]), float(contours["size"])
        levels = start + step * np.arange(round((float(contours["end"]) - start) / step) + 1)
        found = [line for level in levels for line in lines_at(x, y, z, float(level))]
        lines = [Outline(line) for line in found if len(line) > 1]
        self.drawing.path(lines, None, Pen(trace["line"]["color"], trace["line"]["width"] * self.unit))

    def heatmap(self, trace: Trace) -> None:
        """A rectangle about each place of the grid, those of one colour in a row as one."""
        edges = []
        for axis, values in ((self.x, numbers(trace["x"])), (self.y, numbers(trace["y"]))):
            middle = (values[1:] + values[:-1]) / 2
            ends = [values[0] - (middle[0] - values[0]), values[-1] + (values[-1] - middle[-1])]
            edges.append(axis.px(np.concatenate([ends[:1], middle, ends[1:]])))
        z = numbers(trace["z"])
        share = (z - trace["zmin"]) / (trace["zmax"] - trace["zmin"])
        coarse = np.where(np.isfinite(share), np.rint(np.clip(share, 0, 1) * 2 * BANDS), -1).astype(int)
        for j, row in enumerate(coarse):
            cuts = np.flatnonzero(np.diff(row)) + 1
            for first, last in zip([0, *cuts], [*cuts, len(row)], strict=True):
                if row[first] >= 0:
                    colour = hexed(shades(trace["colorscale"], row[first] / (2 * BANDS)))
                    box = edges[0][first], edges[1][j + 1], edges[0][last], edges[1][j]
                    self.drawing.rect(box, colour, Pen(colour, SEAM))

    def shape(self, shape: Mapping[str, Any]) -> None:
        ends = []
        for axis, reference, keys in ((self.x, "xref", ("x0", "x1")), (self.y, "yref", ("y0", "y1"))):
            for key in keys:
                value = float(shape[key])
                if shape[reference] in ("x", "y"):
                    ends.append(float(axis.px(value)))
                else:
                    ends.append(axis.span[0] + value * (axis.span[1] - axis.span[0]))
        x0, x1, y0, y1 = (float(end) for end in np.clip(ends, -1e5, 1e5))
        line = shape.get("line") or {}
        pen = None
        if line.get("width"):
            dash = tuple(self.unit * length for length in dashes(line.get("dash"), line["width"]))
            pen = Pen(line["color"], line["width"] * self.unit, dash)
        if shape["type"] == "line" and pen is not None:
            self.drawing.line([[x0, y0], [x1, y1]], pen)
        elif shape["type"] == "rect":
            box = (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
            self.drawing.rect(box, shape.get("fillcolor"), pen)

    def note(self, note: Mapping[str, Any]) -> None:
        """A word at a place of the picture."""
        size = note["font"]["size"] * self.unit
        places = []
        for axis, key in ((self.x, "x"), (self.y, "y")):
            value, reference = float(note[key]), note[f"{key}ref"]
            if reference == key:
                places.append(float(axis.at_power(value)))
            else:
                places.append(axis.span[0] + value * (axis.span[1] - axis.span[0]))
        pad = (note.get("borderpad", 1) + 1) * self.unit
        x = places[0] + note.get("xshift", 0) * self.unit + {"left": pad, "right": -pad}.get(
            note.get("xanchor", ""), 0.0)  # fmt: skip
        half = 0.65 * size + pad
        y = places[1] - note.get("yshift", 0) * self.unit + {"top": half, "bottom": -half}.get(
            note.get("yanchor", ""), 0.0)  # fmt: skip
        anchor = {"left": "start", "right": "end"}.get(note.get("xanchor", ""), "middle")
        halo = (self.palette["paper"], HALO * self.unit)
        self.drawing.text(
            x, y + 0.34 * size, note["text"], size, note["font"]["color"], anchor=anchor, halo=halo
        )


def draw_bands(
    drawing: Drawing,
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    z: NDArray[np.float64],
    ends: tuple[float, float],
    scale: Sequence[Sequence[Any]],
) -> None:
    """The colours of heights, in px of the picture."""
    for share, rings in bands(x, y, z, ends):
        outlines = [Outline(ring, closed=True) for ring in rings]
        drawing.path(outlines, hexed(shades(scale, share)), None, even_odd=True)


def _each(value: object, count: int) -> NDArray[np.float64]:
    array = numbers(value)
    return np.broadcast_to(array, (count,)) if array.ndim == 0 or len(array) == 1 else array


def _is_arrow(trace: Trace) -> bool:
    names = (trace.get("marker") or {}).get("symbol")
    return isinstance(names, list) and names[-1:] == ["arrow"] and "markers" in trace.get("mode", "")


def _shortened(points: NDArray[np.float64], by: float) -> NDArray[np.float64]:
    way = points[-1] - points[-2]
    length = float(np.hypot(*way))
    if not length > 0:
        return points
    end = points[-1] - min(by / length, 0.95) * way
    return np.concatenate([points[:-1], [end]])


def _clamped(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points far outside any picture moved nearer: files have no numbers that large."""
    return np.clip(points, -1e5, 1e5)


# --- the legend ---

SWATCH, NEXT, APART, ROW = 34.0, 8.0, 22.0, 1.6  # px of a line, from there to its name, to the next; of size


def legend_entries(figure: Mapping[str, Any]) -> list[Trace]:
    """The traces that a legend names."""
    return [
        trace
        for trace in figure["data"]
        if trace.get("name")
        and trace.get("showlegend", True) is not False
        and trace.get("type", "scatter") in ("scatter", "scatter3d")
    ]


def legend_rows(entries: Sequence[Trace], width: float, size: float) -> list[list[Trace]]:
    """The entries in rows no wider than ``width``."""
    rows: list[list[Trace]] = []
    left = -1.0
    for entry in entries:
        wide = entry_width(entry, size)
        if left < wide:
            rows.append([])
            left = width
        rows[-1].append(entry)
        left -= wide + APART * size / 14
    return rows


def entry_width(entry: Trace, size: float) -> float:
    return (SWATCH + NEXT) * size / 14 + width_of(entry["name"], size)


def draw_legend(
    drawing: Drawing, entries: Sequence[Trace], box: Box, size: float, ink: str, *, centred: bool = True
) -> float:
    """The entries in rows, each with its line and its symbol; how high they are."""
    left, top, right, _ = box
    rows = legend_rows(entries, right - left, size)
    with drawing.group("legend"):
        for k, row in enumerate(rows):
            wide = sum(entry_width(entry, size) for entry in row) + APART * size / 14 * (len(row) - 1)
            x = left + ((right - left - wide) / 2 if centred else 0)
            for entry in row:
                draw_entry(drawing, entry, x, top + (k + 0.5) * ROW * size, size, ink)
                x += entry_width(entry, size) + APART * size / 14
    return len(rows) * ROW * size


def draw_entry(drawing: Drawing, entry: Trace, x: float, y: float, size: float, ink: str) -> None:
    """A line with its dash and symbol, and its name to the right, about the height ``y``."""
    unit = size / 14
    draw_swatch(drawing, entry, x, y, unit)
    drawing.text(x + (SWATCH + NEXT) * unit, y + 0.34 * size, entry["name"], size, ink)


def draw_swatch(drawing: Drawing, entry: Trace, x: float, y: float, unit: float) -> None:
    end, mode = x + SWATCH * unit, entry.get("mode", "lines")
    line, marker = entry.get("line") or {}, entry.get("marker") or {}
    if entry.get("fill"):
        drawing.rect((x, y, end, y + 7 * unit), entry["fillcolor"])
    if "lines" in mode and line.get("width"):
        dash = tuple(unit * length for length in dashes(line.get("dash"), line["width"]))
        drawing.line([[x, y], [end, y]], Pen(line["color"], line["width"] * unit, dash))
    if isinstance(marker.get("size"), list):  # an arrow
        drawing.polygon(head([end - 12 * unit, y], [end, y]), marker["color"])
    elif "markers" in mode and marker:
        name = marker.get("symbol", "circle")
        outline = symbol(name, (x + end) / 2, y, marker.get("size", 8) * unit)
        if name.endswith("-open"):
            drawing.path([outline], None, Pen(marker["color"], 1.8 * unit))
        else:
            drawing.path([outline], marker["color"])
