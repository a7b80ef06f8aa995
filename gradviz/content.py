"""All that the page shows, as functions of what its address says; the page lays it out.

``link.read`` makes a ``Reading`` of the question in the address: function, point, ε, arithmetic. The other
keys of the address are the ``Choices``. From these two and the answers follow the pictures, the message to
the browser, the sentences and the tables. :func:`content` makes all of it at once, as the page shows it with
every panel open.

A picture that cannot be drawn is replaced by one that says so, and a layer that cannot is left out of its
picture: ``Pictures.failures`` has these with their errors, for the caller to log.
"""

from __future__ import annotations

import html
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from gradviz import comparison, figures, link, sentences
from gradviz.autodiff import costs as counting
from gradviz.autodiff.faults import FAULTS
from gradviz.errors import ClosedFormError
from gradviz.export import code
from gradviz.field import ScalarField
from gradviz.figures import Panel, Picture, check, collected, cost
from gradviz.figures import graph as graph_figure
from gradviz.figures.standing import sampled
from gradviz.figures.table import table_html
from gradviz.figures.unavailable import unavailable_picture
from gradviz.methods import METHODS, GradientEstimate, needing_torch
from gradviz.surface import Surface
from gradviz.sweeping import regions
from gradviz.symbolic.closed_form import closed_form
from gradviz.text.letters import plain_label
from gradviz.text.numbers import listed, vector
from gradviz.tree.printing import name_to_latex, to_latex, to_text

SURFACE_POINTS = 71  # along each side: of an odd number every other one can be left out
CURVE_POINTS = 600
STEPPING = tuple(method.name for method in METHODS if method.takes_step)
COMPARED = {"map": "map", "curve": "curve", "errors": "error against ε"}  # with the pictures' titles
LEFT_OUT = "could not be drawn here: left out of the picture, and can be switched off under “See more”."
UNAVAILABLE = "-unavailable"  # what the name of a panel ends in whose picture could not be drawn


@dataclass(frozen=True)
class Choices:
    """What is drawn and how: the methods ``shown`` and the ``layers``, by name.

    ``explained`` is the method whose curve over ε is explained; ``drawn`` are the methods in surface, curve
    and map where they are others than those shown, which the layers still follow.
    """

    shown: tuple[str, ...]
    layers: tuple[str, ...]
    explained: str
    layers_by: str = ""
    relative: bool = False
    every_precision: bool = False
    predict: bool = False
    hidden: tuple[str, ...] = ()
    camera: tuple[float, ...] = ()
    drawn: tuple[str, ...] = ()


@dataclass(frozen=True)
class Failure:
    """A part of the page that could not be made, by its name for the visitor, and why."""

    part: str
    error: Exception


@dataclass(frozen=True)
class Pictures:
    """The panels by name, the main one first, and the failures among them."""

    panels: dict[str, Panel]
    failures: tuple[Failure, ...] = ()


@dataclass(frozen=True)
class GradientCheck:
    """What gradient checking says of a graph with a fault in it, and where the fault is."""

    rows: list[dict[str, str]]
    doubt: str
    data: dict[str, Any]
    solution: str


@dataclass(frozen=True)
class Costs:
    """Operations for one gradient: of the typed function, and of a ``family`` as n grows."""

    family: str
    rows: list[dict[str, str]]
    data: dict[str, Any]


def choices(values: Mapping[str, Any]) -> Choices:
    """The choices among the values of ``link.KEYS``."""
    shown = link.known_methods(values[link.SHOWN])
    return Choices(
        shown=shown,
        layers=figures.known_layers(values[link.LAYERS]),
        explained=link.explained(values[link.EXPLAINED], shown),
        layers_by=values[link.LAYERS_BY],
        relative=values[link.RELATIVE],
        every_precision=values[link.FAMILY],
        predict=values[link.PREDICT],
        hidden=link.names_in(values[link.HIDDEN]),
        camera=link.read_camera(values[link.CAMERA]),
    )


def answers_of(
    reading: link.Reading, torch_loaded: bool = True, before: comparison.Answers | None = None
) -> comparison.Answers:
    """The answers of every method; without PyTorch, of all but those that need it.

    What ``before`` has at the same point is not computed again.
    """
    return comparison.answer(
        reading.field,
        reading.point,
        reading.step,
        without=() if torch_loaded else needing_torch(reading.dtype),
        before=before,
        dtype=reading.dtype,
        step_kind=reading.step_kind,
    )


# --- the pictures ---


def pictures(
    reading: link.Reading,
    answers: comparison.Answers,
    chosen: Choices,
    *,
    solid: bool = True,
    fills: bool = False,
) -> Pictures:
    """The curve, or the surface and the map, and the error plot; none for a constant.

    Without those that are hidden, and the surface only if ``solid``. A map that ``fills`` its panel shows
    also what lies around its window, and such a curve the ground below it.
    """
    if not reading.field.variables:
        return Pictures({})
    estimates = _estimates_shown(answers, chosen.drawn or chosen.shown)
    point, field = answers.point, reading.field

    @cache
    def surface() -> Surface:  # sampled at first use: where that fails, the picture that uses it does
        resolution = CURVE_POINTS if len(field.variables) == 1 else SURFACE_POINTS
        return sampled(field, reading.window, resolution, point=point, axes=reading.axes)

    @cache
    def layers() -> figures.Layers:
        return _layers(answers, chosen, surface(), estimates)

    def curve_with(layers: figures.Layers) -> Picture:
        return figures.curve_picture(field, surface(), point, estimates, layers=layers, shaded=fills)

    def surface_with(layers: figures.Layers) -> Picture:
        truth = answers.sweep.truth
        return figures.surface_picture(
            field,
            surface(),
            point,
            estimates,
            axes=surface().axes,
            truth=truth.gradient,
            one_sided=truth.one_sided,
            layers=layers,
        )

    def map_with(layers: figures.Layers) -> Picture:
        around = figures.surroundings(surface()) if fills else None
        return figures.contour_picture(
            field, surface(), point, estimates, axes=surface().axes, layers=layers, around=around
        )

    def errors() -> tuple[Picture, tuple[Failure, ...]]:
        return _sendable(errors_picture(reading, answers, chosen)), ()

    heading = html.escape(_heading(field, answers), quote=False)
    plan: dict[str, tuple[Panel, Callable[[], tuple[Picture, tuple[Failure, ...]]]]] = {}
    if len(field.variables) == 1:
        plan["curve"] = (
            _empty_panel("Curve", 560, 340, heading),
            lambda: _with_layers(curve_with, layers(), "the curve"),
        )
        plan["errors"] = _empty_panel("Error against ε", 520, 360, heading), errors
    else:
        if solid:
            plan["surface"] = (
                _empty_panel("Surface", 620, 340, heading),
                lambda: _with_layers(surface_with, layers(), "the surface"),
            )
        plan["errors"] = _empty_panel("Error against ε", 360, 360, heading), errors
        plan["map"] = (
            _empty_panel("Map: press to move the point", 310, 340, heading),
            lambda: _with_layers(map_with, layers(), "the map"),
        )
    visible = {name: plan[name] for name in plan if _part_of(name) not in chosen.hidden}
    return _drawn(visible)


def errors_picture(
    reading: link.Reading, answers: comparison.Answers, chosen: Choices, room: Sequence[float] = ()
) -> Picture:
    """The error plot; with ``room`` to the scale of another."""
    focus = None if chosen.explained == link.NO_ONE else chosen.explained
    family = comparison.family(answers, focus) if focus and chosen.every_precision else {}
    return figures.errors_picture(
        answers.curves,
        reading.step,
        answers.errors,
        shown=[name for name in chosen.shown if name in answers.estimates],
        stepping=STEPPING,
        focus=focus,
        relative=chosen.relative,
        family=family,
        room=room,
    )


def view_message(
    panels: Mapping[str, Panel],
    reading: link.Reading,
    answers: comparison.Answers,
    chosen: Choices,
    *,
    opening: int = 0,
    report_drawn: bool = False,
    announcement: str = "",
    guessing: bool = False,
    words: str | None = "",
    readouts: Mapping[str, Any] | None = None,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """``(parts, data)`` of the standing view: the main picture at the left, the others beside it.

    On a phone the others and the ``words`` about them are tabs, unless these are None. While something is
    still to be guessed, neither headline nor cards tell it. With ``readouts`` nobody answers the view, and
    nothing is a tab: see ``figures.view_data``.
    """
    alone = readouts is not None
    if alone:  # what a title asks to be done cannot be
        panels = {name: replace(panel, title=panel.title.partition(":")[0]) for name, panel in panels.items()}
    main, *others = panels
    return figures.view_data(
        panels,
        [(1.86, [main]), (1, others)] if others else [(1, [main])],
        () if "methods" in chosen.hidden else tuple(method.name for method in METHODS),
        step=reading.step,
        gradients=figures.gradients_by_step(
            answers.sweep if alone else answers.curves, reading.axes, chosen.shown
        ),
        camera=chosen.camera,
        opening=opening,
        report_drawn=report_drawn,
        about=sentences.WHAT_IS_THIS,
        announcement=announcement,
        headline=None if guessing or "headline" in chosen.hidden else headline(answers, chosen),
        words=None if alone or words is None else "" if guessing or "words" in chosen.hidden else words,
        cards=cards(answers, chosen, explainable="errors" in panels, guessing=guessing),
        readouts=readouts,
    )


def walk_message(panels: Mapping[str, Panel]) -> dict[str, Any] | None:
    """The view beside the walk: a small map or curve, on which the collected gradient grows; None without.

    Its heavy arrays are those of the standing view.
    """
    name = next((name for name in ("map", "curve") if name in panels), None)
    if name is None:
        return None
    picture, title = collected.beside_walk(panels[name].picture)
    panel = Panel(picture, title, height=330, narrow=300, heading=title, file=f"gradviz-walk-{name}")
    return figures.view_data({f"walk-{name}": panel}, [(1, [f"walk-{name}"])], ())[1]


def headline(answers: comparison.Answers, chosen: Choices) -> dict[str, str]:
    """The sentence above the pictures; what it ends in at every ε, and whose numbers it names."""
    return {
        "text": sentences.headline(answers, chosen.explained),
        "truth": sentences.truth_in_short(answers),
        "method": chosen.explained if chosen.explained in chosen.shown else "",
    }


def cards(
    answers: comparison.Answers, chosen: Choices, *, explainable: bool = True, guessing: bool = False
) -> dict[str, dict[str, Any]]:
    """What the card of each method says, and whether it is shown, and its curve explained."""
    described = {}
    for name, card in sentences.cards(answers).items():
        described[name] = {
            "gradient": "?" if guessing else card.gradient,
            "verdict": "" if guessing else card.verdict,
            "side": card.side,
            "stepping": name in STEPPING,
            "shown": name in chosen.shown,
        }
        if explainable and name in link.explainable(chosen.shown):
            described[name]["explained"] = name == chosen.explained
    return described


ZONES = {
    regions.OPTIMUM: "best",
    regions.ROUND_OFF: "round-off",
    regions.STAIRCASE: "round-off",
    regions.VANISHED: "vanished",
    regions.TRUNCATION: "truncation",
    regions.NO_ORDER: "no order",
    regions.PLATEAU: "plateau",
    regions.EXACT: "no error",
    regions.NO_VALUE: "no value",
}


def step_zones(answers: comparison.Answers, chosen: Choices) -> list[dict[str, Any]]:
    """What rules the error of the explained method at which ε, from left to right, as exponents of ten."""
    name = chosen.explained
    if name not in answers.curves.errors or name not in answers.curves.model:
        return []
    zones: list[dict[str, Any]] = []
    for region in reversed(regions.explain(answers.curves, name).regions):
        low, high = (round(math.log10(step), 2) for step in (region.low, region.high))
        if zones and zones[-1]["name"] == ZONES[region.name]:
            zones[-1]["high"] = high
        else:
            zones.append({"name": ZONES[region.name], "low": low, "high": high})
    return zones


def slider_data(step: float, zones: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What the slider over the exponent of ε is sent (``step.js``)."""
    return {
        "exponent": link.exponent_of(step),
        "step": step,
        "ends": [link.SMALLEST_EXPONENT, link.LARGEST_EXPONENT],
        "by": link.EXPONENT_STEP,
        "zones": list(zones),
    }


def _layers(
    answers: comparison.Answers, chosen: Choices, surface: Surface, estimates: Sequence[GradientEstimate]
) -> figures.Layers:
    """The layers chosen, with what they are drawn from."""
    return figures.Layers(
        chosen.layers,
        answers.field,
        surface,
        answers.point,
        answers.sweep.truth,
        estimates,
        answers.step,
        axes=surface.axes,
        method=chosen.layers_by or next((name for name in chosen.shown if name in STEPPING), ""),
        field_method=chosen.layers_by or None,
        others=tuple(answers.estimates.values()),
    )


def _estimates_shown(answers: comparison.Answers, shown: Sequence[str]) -> list[GradientEstimate]:
    return [answers.estimates[name] for name in shown if name in answers.estimates]


def _heading(field: ScalarField, answers: comparison.Answers) -> str:
    """The title of a saved picture."""
    setting = ", ".join([*sentences.fixed_parameters(field), sentences.setting(answers)])
    return f"f = {to_text(field.expression)} at {vector(answers.point)}, {setting}"


def _empty_panel(title: str, height: int, narrow: int, heading: str) -> Panel:
    return Panel(Picture({}), title, height=height, narrow=narrow, heading=heading)


def _part_of(panel: str) -> str:
    """The part of the page, in ``link.PARTS``, that a panel belongs to."""
    return "surface" if panel == "curve" else panel


def _drawn(plan: Mapping[str, tuple[Panel, Callable[[], tuple[Picture, tuple[Failure, ...]]]]]) -> Pictures:
    """Each panel of ``plan`` with its picture, or with one that says that it could not be drawn."""
    panels, failures = {}, []
    for name, (panel, draw) in plan.items():
        try:
            picture, failed = draw()
            panels[name] = replace(panel, picture=picture)
            failures += failed
        except Exception as error:  # no failure may take the other pictures with it
            failures.append(Failure(panel.title.partition(":")[0].lower(), error))
            # under another name: the browser's state of a scene does not fit this picture
            panels[name + UNAVAILABLE] = replace(panel, picture=unavailable_picture(), heading="")
    return Pictures(panels, tuple(failures))


def _with_layers(
    draw: Callable[[figures.Layers], Picture], layers: figures.Layers, what: str
) -> tuple[Picture, tuple[Failure, ...]]:
    """The picture with those of the chosen layers that can be drawn; its caption names those that cannot."""

    def error_with(names: tuple[str, ...]) -> Exception | None:
        try:
            _sendable(draw(replace(layers, names=names)))
        except Exception as error:
            return error
        return None

    try:
        return _sendable(draw(layers)), ()
    except Exception as error:
        if not layers.names:
            raise
        together = error
    failing = {name: error for name in layers.names if (error := error_with((name,)))}
    working = tuple(name for name in layers.names if name not in failing)
    if not failing or error_with(working):  # each can be drawn alone, but not all together
        failing, working = dict.fromkeys(layers.names, together), ()
    picture = _sendable(draw(replace(layers, names=working)))  # where this fails, the picture does
    labels = {layer.name: layer.label for layer in figures.LAYERS}
    named = [f"‘{labels[name]}’" for name in failing]
    caption = f"{listed(named)} {LEFT_OUT}"
    failures = tuple(Failure(f"‘{labels[name]}’ on {what}", error) for name, error in failing.items())
    summary = picture.summary and f"{picture.summary} {caption}"  # what is left out is said in any case
    return replace(picture, caption=f"{picture.caption} {caption}".strip(), summary=summary), failures


def _sendable(picture: Picture) -> Picture:
    """``picture`` itself; a ValueError where JSON cannot write a number in it, such as nan."""
    figures.figure_apart(picture)
    return picture


# --- two pictures compared ---


@dataclass(frozen=True)
class Side:
    """One of two that are compared."""

    reading: link.Reading
    answers: comparison.Answers
    panels: dict[str, Panel]


def compared_side(
    kept: str, chosen: Choices, torch_loaded: bool = True, before: comparison.Answers | None = None
) -> tuple[Side, tuple[Failure, ...]]:
    """The picture that the address has as ``kept``, and its failures."""
    reading = link.read_compared(kept)
    answers = answers_of(reading, torch_loaded, before)
    drawn = pictures(reading, answers, chosen, solid=False, fills=True)
    return Side(reading, answers, drawn.panels), drawn.failures


def comparison_message(present: Side, kept: Side, chosen: Choices) -> tuple[dict[str, Any], dict[str, Any]]:
    """``(parts, data)`` of the flat pictures of both, side by side, the error plots to one scale."""
    left, right = dict(present.panels), dict(kept.panels)
    if chosen.predict:  # error plots may give away what is to be guessed
        left.pop("errors", None)
        right.pop("errors", None)
    elif "errors" in left and "errors" in right:
        rooms = [panels["errors"].picture.figure["layout"]["meta"]["room"] for panels in (left, right)]
        for panels, side, room in ((left, present, rooms[1]), (right, kept, rooms[0])):
            picture = errors_picture(side.reading, side.answers, chosen, room)
            panels["errors"] = replace(panels["errors"], picture=picture)
    sides = [_flat_panels("now", left), _flat_panels("kept", right)]
    return figures.view_data(sides[0] | sides[1], [(1, list(names)) for names in sides], ())


def _flat_panels(name: str, panels: Mapping[str, Panel]) -> dict[str, Panel]:
    """The flat pictures of one side, without anything to press or drag, the map or the curve first."""
    return {
        f"{name}-{part}": replace(
            panels[part],
            picture=figures.standing_still(panels[part].picture),
            title=f"{name.capitalize()}: {title}",
            height=330,
        )
        for part, title in COMPARED.items()
        if part in panels
    }


# --- words and numbers ---


LONGEST_TITLE = 80  # letters


def function_in_short(field: ScalarField) -> str:
    """f(x₁, x₂) = x1^2 + x2^2, cut where it is long."""
    arguments = ", ".join(map(plain_label, field.variables))
    text = f"{f'f({arguments})' if arguments else 'f'} = {to_text(field.expression)}"
    return text if len(text) <= LONGEST_TITLE else f"{text[: LONGEST_TITLE - 1]}…"


def page_title(field: ScalarField) -> str:
    """What a tab and a bookmark of the page say."""
    return f"{function_in_short(field)} · gradviz"


def function_latex(field: ScalarField) -> str:
    """The function as it was read: f(x, y) = …."""
    arguments = ", ".join(name_to_latex(name) for name in field.variables)
    return f"{f'f({arguments})' if arguments else 'f'} = {to_latex(field.expression)}"


def table_of(answers: comparison.Answers, methods: Sequence[str] | None = None) -> str:
    """The table of the methods, or of some of them, as HTML."""
    rows = [row for row in sentences.rows(answers) if methods is None or row.method in methods]
    return table_html(rows, answers.field.variables, sentences.table_heading(answers))


def partials_latex(field: ScalarField) -> list[tuple[str, str]]:
    """(name, formula) for each partial derivative, '' where it would fill pages; a ClosedFormError."""
    found = closed_form(field).partials_latex
    curly = "d" if len(field.variables) == 1 else r"\partial"
    return [
        (name, rf"\frac{{{curly} f}}{{{curly} {name_to_latex(name)}}} = {latex}" if latex else "")
        for name, latex in zip(field.variables, found, strict=True)
    ]


def gradient_check(
    field: ScalarField, point: tuple[float, ...], fault: str, place: tuple[int, int] | None
) -> GradientCheck | None:
    """The check of a graph with ``fault`` in it; None where the fault changes nothing there."""
    found = graph_figure.planted(field, point, fault, place)
    if found is None:
        return None
    rows, panels = check.checked(field, point, graph_figure.traced(field, point), found.graph)
    _, data = figures.view_data(panels, [(1, ["gap"]), (1, ["remainder"])], ())
    lesson = next(row.lesson for row in FAULTS if row.name == fault)
    edge = graph_figure.edge_name(found.graph, found.at.consumer, found.at.slot)
    return GradientCheck(rows, check.doubt(rows), data, f"On the way {edge}. {lesson}")


def programs(reading: link.Reading) -> tuple[str, str, str | ClosedFormError]:
    """With PyTorch, by forward differences, and in closed form, or why there is none."""
    field, point = reading.field, reading.point
    by_hand = code.torch_snippet(field, point), code.difference_snippet(field, point, reading.step)
    try:
        return *by_hand, code.closed_form_snippet(field, point)
    except ClosedFormError as error:
        return *by_hand, error


def costs(field: ScalarField, chosen: str = "") -> Costs:
    """What each way costs; of the family that ``field`` belongs to, else of the one ``chosen`` by name."""
    n, families = len(field.variables), {family.name: family for family in counting.FAMILIES}
    own = counting.family_of(field)
    family = own or families.get(chosen) or counting.FAMILIES[0]
    titles = ("For the typed function", "passes", "operations")
    table = cost.cost_table(counting.counted(field.expression), n)
    rows: list[dict[str, str]] = [dict(zip(titles, row, strict=True)) for row in table]
    panels = {
        "cost": Panel(cost.cost_picture(family, n), "Operations for one gradient", height=360),
        "swell": Panel(cost.swell_picture(n), "Expression swell", height=360),
    }
    _, data = figures.view_data(panels, [(1, ["cost"]), (1, ["swell"])], ())
    return Costs(family.name, rows, data)


# --- the whole page ---


@dataclass(frozen=True)
class Content:
    """Everything shown, and what could not be drawn.

    ``sent`` are the messages to the browser's scripts by name, ``texts`` all else, ``failures`` the pictures
    and layers that could not be drawn.
    """

    reading: link.Reading
    remarks: tuple[link.Remark, ...]
    sent: dict[str, Any]
    texts: dict[str, Any]
    failures: tuple[Failure, ...]


def content(values: Mapping[str, Any], last: link.Reading | None = None) -> Content:
    """All that a page shows whose address has the ``values`` of ``link.KEYS``, with every panel open.

    ``last`` is what the entries meant before. PyTorch is taken to be loaded.
    """
    reading = link.read(link.entries(values), last)
    chosen, field, point = choices(values), reading.field, reading.point
    answers = answers_of(reading)
    drawn = pictures(reading, answers, chosen)
    sent: dict[str, Any] = {}
    texts: dict[str, Any] = {
        "function": function_latex(field),
        "headline": sentences.headline(answers, chosen.explained),
        "paragraph": sentences.paragraph(answers, chosen.shown),
        "announcement": sentences.announcement(answers, chosen.shown),
        "window": link.window_text(reading),
        "query": link.query_for(dict(values)),
    }
    failures = list(drawn.failures)
    if drawn.panels:
        sent["view"] = view_message(drawn.panels, reading, answers, chosen)
        sent["zones"] = step_zones(answers, chosen)
        sent["walk-view"] = walk_message(drawn.panels)
    if chosen.predict:
        texts["question"] = sentences.question(answers, chosen.shown)
        guess = sentences.Guess(sentences.about(answers), 1e-4, chosen.shown[0] if chosen.shown else "")
        texts["verdict"] = sentences.verdict(answers, chosen.shown, guess)
    if values[link.COMPARED]:
        kept, failed = compared_side(values[link.COMPARED], chosen)
        failures += failed
        sent["comparison"] = comparison_message(Side(reading, answers, drawn.panels), kept, chosen)
        texts["kept"] = sentences.paragraph(kept.answers, chosen.shown), table_of(kept.answers, chosen.shown)
    if field.variables:
        texts["table"] = table_of(answers)
        try:
            texts["partials"] = partials_latex(field)
        except ClosedFormError as error:
            texts["partials"] = str(error)
        parts = graph_figure.parts(field, point)
        wanted = int(values[link.NODE] or -1)
        around = (wanted if wanted in parts else next(iter(parts))) if parts else None
        names = tuple(field.variables[axis] for axis in reading.axes)
        fault = values[link.FAULT] or None
        places = graph_figure.fault_places(field, point, fault) if fault else {}
        place = link.read_place(values[link.PLACE])
        place = place if place in places else None
        sent["walk"] = graph_figure.walk_data(
            field, point, names, around=around, fault=fault, place=place, dtype=reading.dtype
        )
        if fault and (checked := gradient_check(field, point, fault, place)):
            sent["check"] = checked.data
            texts["check"] = checked.rows, checked.doubt, checked.solution
        texts["programs"] = programs(reading)
        counted = costs(field, values[link.FAMILY_COUNTED])
        sent["costs"], texts["costs"] = counted.data, counted.rows
    return Content(reading, reading.remarks, sent, texts, tuple(failures))
