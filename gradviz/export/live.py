"""The stage with all that it says at every step of the sweep: it lives on where nobody computes.

What is said at a step is what the page says there, word for word and digit for digit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any

import numpy as np

from gradviz import content, figures, link, sentences
from gradviz.comparison import Answers
from gradviz.errors import NotInstalledError
from gradviz.export.snapshot import FAULTY, Snapshot
from gradviz.export.vector.formula import formula_svg
from gradviz.figures import Panel
from gradviz.figures.map import LINE as MAP_LINE
from gradviz.figures.surface import LINE as SURFACE_LINE
from gradviz.figures.table import table_rows, table_style
from gradviz.link.numbers import step_text
from gradviz.methods.differences import STENCILS
from gradviz.sentences.rules import RULES
from gradviz.text.numbers import listed, number

NO_WALK = 'There is no walk over the computation graph: pip install "gradviz[torch]" brings PyTorch for it.'
PARTS = ("place", "difference", "rules")  # of the paragraph
_STEPPING = ("field", "digits", "lens", "slices")  # the layers that may depend on ε


@dataclass
class _Texts:
    """Texts by number, each once."""

    numbers: dict[str, int] = field(default_factory=dict)

    def number(self, text: str) -> int:
        return self.numbers.setdefault(text, len(self.numbers))


def live_data(snapshot: Snapshot) -> dict[str, Any]:
    """What ``live.js`` shows of a page: pictures, the slider of ε, words, table and walk, at every step.

    As JSON writes it. Where the link hides every picture, all of them.
    """
    reading, answers = snapshot.reading, snapshot.answers
    chosen = content.choices(snapshot.values)
    panels = content.pictures(reading, answers, chosen, fills=True).panels
    if not panels:
        chosen = replace(chosen, hidden=())
        panels = content.pictures(reading, answers, chosen, fills=True).panels
    readouts, others = _readouts(snapshot, chosen)
    parts, view = content.view_message(panels, reading, answers, chosen, readouts=readouts)
    methods = _by_methods(snapshot, chosen, panels, parts, view) | others
    title = content.function_in_short(reading.field)
    walk = walk_of(snapshot)
    return {
        "title": title,
        "formula": formula_svg(content.function_latex(reading.field), title),
        "parts": parts,
        "view": view,
        "methods": methods if panels else None,
        "walk": walk,
        "walkView": content.walk_message(panels) if walk else None,
        "slider": content.slider_data(reading.step, content.step_zones(answers, chosen)),
        "paragraph": sentences.paragraph(answers, chosen.shown),
        "table": content.table_of(answers),
        "tableStyle": table_style(),
        "notes": list(_notes(snapshot, chosen, walk is not None)),
        "theme": "",
    }


def walk_of(snapshot: Snapshot) -> dict[str, Any] | None:
    """The walk over the computation graph; None for a constant, and without PyTorch."""
    try:
        return snapshot.walk
    except NotInstalledError:
        return None


def walk_notes(snapshot: Snapshot, has_walk: bool) -> Iterable[str]:
    """What the walk lacks, or what is planted into it."""
    if snapshot.reading.field.variables and not has_walk:
        yield NO_WALK
    elif snapshot.faulty:
        yield FAULTY


def _by_methods(
    snapshot: Snapshot,
    chosen: content.Choices,
    panels: Mapping[str, Panel],
    parts: dict[str, Any],
    view: dict[str, Any],
) -> dict[str, Any]:
    """The pictures with every method in them, of which ``live.js`` leaves out those that are not shown.

    There is an error plot for each method that may be explained, and for none. Their heavy arrays are put
    with the others, into ``parts`` and ``view``. ``nothing`` has what the pictures say without any method,
    ``exact`` the methods that are exact somewhere, and ``judged`` those that have an error at all.
    """
    reading, answers = snapshot.reading, snapshot.answers
    every = tuple(answers.estimates)
    drawn = content.pictures(reading, answers, replace(chosen, drawn=every), fills=True).panels
    bare = replace(chosen, shown=(), explained=link.NO_ONE)
    empty = figures.view_data(content.pictures(reading, answers, bare).panels, [], ())[1]["pictures"]
    errors = {name: [*answers.sweep.errors[name], answers.errors[name]] for name in every}
    whole = {name: drawn[name] for name in panels if name in drawn and name != "errors"}
    zones = {}
    for explained in link.explainable(every):
        focused = replace(chosen, shown=every, explained=explained)
        zones[explained] = content.step_zones(answers, focused)
        if "errors" in panels:
            picture = content.errors_picture(reading, answers, focused)
            whole[f"errors-{explained}"] = replace(panels["errors"], picture=picture)
    gradients = figures.gradients_by_step(answers.sweep, reading.axes, every)
    more, found = figures.view_data(whole, [], (), gradients=gradients)
    parts["parts"] |= more["parts"]
    view["named"] |= found["named"]
    words = ("caption", "reading", "alternative")
    return {
        "pictures": {
            name: {key: row[key] for key in ("figure", *words)} for name, row in found["pictures"].items()
        },
        "nothing": {name: {key: row[key] for key in words} for name, row in empty.items()},
        "exact": [name for name in every if 0 in errors[name]],
        "judged": [name for name in every if np.isfinite(errors[name]).any()],
        "lines": {"surface": SURFACE_LINE, "map": MAP_LINE},
        "gradientsByStep": found["gradientsByStep"],
        "zones": zones,
        "explained": chosen.explained,
    }


def _readouts(snapshot: Snapshot, chosen: content.Choices) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is said at each step of the sweep; in ``steps`` float64, ascending, and the texts by number.

    With what is said where other methods are shown: the ``headlines`` for each that may be explained, the
    part of the paragraph about the ``rules`` that are shown, and the ``differences``, the first of which it
    is about in its other part. That part is the link's alone: for each of them it would double the time.
    """
    texts = _Texts()
    more_digits = sentences.proved_digits(snapshot.answers.sweep.truth)
    at_steps = _at_all_steps(snapshot)
    found = [_readout(answers, chosen, more_digits) for answers in at_steps]
    estimates = snapshot.answers.estimates
    stepping = [name for name in content.STEPPING if name in estimates]

    def numbers(*path: str) -> list[int]:
        return [texts.number(_text_at(readout, path)) for readout in found]

    readouts = {
        "steps": [readout["step"] for readout in found],
        **{name: numbers(name) for name in ("headline", "heading")},
        "paragraph": [numbers("paragraph", name) for name in PARTS],
        "cards": {
            name: {part: numbers("cards", name, part) for part in ("gradient", "verdict")}
            for name in stepping
        },
        "rows": {name: numbers("rows", name) for name in stepping},
    }
    rules = [tuple(names) for count in range(len(RULES) + 1) for names in combinations(RULES, count)]
    others = {
        "headlines": {
            name: [texts.number(sentences.headline(answers, name)) for answers in at_steps]
            for name in link.explainable(tuple(estimates))
        },
        "differences": [name for name in STENCILS if name in estimates],
        "rules": {
            ",".join(names): [
                texts.number(sentences.paragraph_parts(answers, names)[-1]) for answers in at_steps
            ]
            for names in rules
        },
    }
    return readouts | {"texts": list(texts.numbers)}, others


def _text_at(readout: Mapping[str, Any], path: Sequence[str]) -> str:
    found: Any = readout
    for key in path:
        found = found[key]
    return found


def _at_all_steps(snapshot: Snapshot) -> list[Answers]:
    """The answers at each place of the slider, and at the snapshot's own step, in ascending order.

    The place −5 is ε = 1e-5, as when the page takes it: the sweep's own step there is a rounding away, and
    where rounding rules the answers differ.
    """
    reading, own = snapshot.reading, snapshot.answers
    count = round((link.LARGEST_EXPONENT - link.SMALLEST_EXPONENT) / link.EXPONENT_STEP)
    places = (round(link.SMALLEST_EXPONENT + at * link.EXPONENT_STEP, 2) for at in range(count + 1))
    steps = {float(step_text(place)) for place in places} - {own.step}
    found = [content.answers_of(replace(reading, step=step), before=own) for step in sorted(steps)]
    return sorted([own, *found], key=lambda answers: answers.step)


def _readout(answers: Answers, chosen: content.Choices, more_digits: str) -> dict[str, Any]:
    return {
        "step": answers.step,
        "headline": content.headline(answers, chosen)["text"],
        "paragraph": dict(zip(PARTS, sentences.paragraph_parts(answers, chosen.shown), strict=True)),
        "cards": content.cards(answers, chosen),
        "heading": sentences.table_heading(answers, more_digits),
        "rows": table_rows(sentences.rows(answers), answers.field.variables),
    }


def _notes(snapshot: Snapshot, chosen: content.Choices, has_walk: bool) -> Iterable[str]:
    """Small print: what does not follow ε, what the walk lacks, and the link."""
    stays = [
        layer.label for layer in figures.LAYERS if layer.name in chosen.layers and layer.name in _STEPPING
    ]
    if stays:
        yield f"Drawn for ε = {number(snapshot.answers.step)} whatever the slider says: {listed(stays)}."
    yield from walk_notes(snapshot, has_walk)
    if snapshot.page:
        yield snapshot.link
