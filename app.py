"""The page: `streamlit run app.py`. It asks the package and shows the answers; it computes nothing itself.

Imported, the same file is the server around the page: routes for the view's script and for Plotly,
compression, and the warm-up of what is slow to load.
"""

from __future__ import annotations

import html
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from streamlit.components.v2 import component

if __name__ == "__main__":  # the page needs all of this; the server around it answers sooner without
    import gradviz
    from gradviz import counting, export, figures, link, presets, sabotage, words
    from gradviz.closed_form import closed_form
    from gradviz.figures import checking, cost
    from gradviz.figures import graph as graph_figure
    from gradviz.figures.table import table_html
    from gradviz.figures.thumbnail import thumbnail
    from gradviz.methods import needing_torch
    from gradviz.methods.loading import load_torch_in_background, torch_is_loaded
    from gradviz.precision import PRECISIONS
    from gradviz.printing import name_to_latex, to_latex, to_text
    from gradviz.stepping import STEP_KINDS

    METHOD_LABELS = {method.name: method.label for method in gradviz.METHODS}
    STEPPING = tuple(method.name for method in gradviz.METHODS if method.takes_step)

FIGURES = Path(__file__).parent / "gradviz" / "figures"
SCRIPTS = {name: FIGURES / f"{name}.js" for name in ("view", "live", "step", "walk", "keys")}
SURFACE_POINTS = 70  # along each side
CURVE_POINTS = 600


# --- the server around the page ---


def script_address(name: str) -> str:
    """Where the server has a script, relative to the page."""
    return f"gradviz/{name}.js"


async def script(request: Request) -> Response:
    """One of our scripts. Its address carries a hash of its text, so a browser may keep it for ever."""
    path = SCRIPTS.get(request.path_params["name"])
    if path is None:
        return Response(status_code=404)
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    return FileResponse(path, media_type="text/javascript", headers=headers)


def warm_up() -> None:
    """Load what the first page needs, and start the symbolic worker, while the browser loads its own part."""
    from gradviz import bounded, figures, link, words  # noqa: F401

    bounded.warm_up()


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Answer at once, and warm up in the background."""
    threading.Thread(target=warm_up, name="warm-up", daemon=True).start()
    yield


def plotly_folder() -> Path:
    """Where the installed plotly package keeps plotly.min.js; found without importing the package."""
    spec = find_spec("plotly")
    assert spec is not None
    return Path(next(iter(spec.submodule_search_locations or ()))) / "package_data"


app = st.App(
    Path(__file__),
    routes=[
        Route(f"/{script_address('{name}')}", script),
        Mount("/plotly", StaticFiles(directory=plotly_folder())),
    ],
    middleware=[Middleware(GZipMiddleware, minimum_size=1000)],
    lifespan=lifespan,
)


# --- what happens when something is pressed ---


def take_preset(preset: presets.Preset) -> None:
    """Fill the entries from the gallery, and show the methods that its sentence is about."""
    state, filled = st.session_state, link.entries_of(preset)
    state[link.FUNCTION], state[link.POINT], state[link.STEP] = filled.function, filled.point, filled.step
    state[link.ACROSS], state[link.UP] = filled.across, filled.up
    state[link.SHOWN] = link.shown_text(preset.methods)
    close_gallery()  # the pictures are what to look at now


def open_gallery() -> None:
    """It stays open until it is closed, also when the page is drawn again meanwhile."""
    st.session_state.gallery = True


def close_gallery() -> None:
    st.session_state.gallery = False


def take_step(name: str) -> None:
    """ε let go on the slider or on the error plot writes the entry: the entry is what counts."""
    state = st.session_state
    state[link.STEP] = link.stepped_text(state[name].stepped, state.last, state[link.STEP])


def follow_layers() -> None:
    """The pills of the layers write the entry that the address holds."""
    st.session_state.more = figures.layers_text(st.session_state.layers)


def follow_pills() -> None:
    """The pills write the entry that the address holds."""
    st.session_state[link.SHOWN] = link.shown_text(st.session_state.ticked)


def follow_numbers() -> None:
    """The choices of precision and kind of step write the entries that the address holds."""
    state = st.session_state
    state[link.PRECISION], state[link.STEP_KIND] = state.precision, state.kind_of_step


def follow_curve() -> None:
    """The choice writes the entry that the address holds."""
    state = st.session_state
    state[link.EXPLAINED] = link.explained_text(state.curve, state.ticked)


def take_picked_point() -> None:
    """A press on the map or the curve moves the point; the entry, and so the address, follow when it is let
    go.
    """
    event, state = st.session_state.view.picked, st.session_state
    if not event:
        return
    moved = dict(zip(state.last.axes, (event["x"], event["y"]), strict=False))
    text = link.picked_text(state.last.point, moved, state.last.window, state.last.axes)
    if event["done"]:
        state[link.POINT] = text
        state.pop("held", None)  # of a run that was cut short
    else:
        state.held = text


def take_camera() -> None:
    """The camera that the surface was turned to."""


def chosen_axes(field: gradviz.ScalarField) -> tuple[int, ...]:
    """The variables that are drawn, by their places, as chosen on the page."""
    return link.drawn_axes(field, tuple(st.session_state.get(key) for key in ("axis_across", "axis_up")))


# --- the entries ---

POINT_HELP = "One number for each variable: `3, 4` or `pi/4, 1`. You can also press on the map."
STEP_HELP = "How far each input is shifted: `0.1`, `1e-8`, `2^-26`. The slider moves it by powers of ten."
PRECISION_HELP = "The type in which every single operation is rounded, f's own among them."
KIND_HELP = (
    "Beside x, ε itself is rounded. Divided by the step that was really taken, (x + ε) − x, or by a power of "
    "two, the quotient does not suffer from that."
)
RANGE_HELP = "Two numbers, for example `-6, 6`. Empty: chosen for you."
LIFT_HELP = "A gradient lives in the plane of the inputs. Lifted, it is the steepest tangent of the surface."
OVERLAY_HELP = "Arrows that coincide are drawn side by side, unless you want them exactly where they are."
EXPLAIN_HELP = (
    "On the error plot: which error rules where, as theory predicts it for this function and point."
)
RELATIVE_HELP = "The error as a share of the gradient's own size, where that is not 0."
FAULT_HELP = (
    "The graph below is then wrong in one place. Gradient checking tells that it is; can you find where?"
)
MORE_HELP = "Drawn over the surface, the map or the curve; the words below each picture say what is seen."


def entries() -> tuple[link.Reading, tuple[str, ...]]:
    """What is typed, and at once below each entry what must be said about it."""
    door()
    function = entry("Function f", link.FUNCTION)
    mathematical_keys()(key="keys", data={"entry": "Function f"})
    below_function = st.container(gap="xsmall")
    point = entry("Point", link.POINT, help=POINT_HELP)
    below_point = st.container(gap="xsmall")
    step = entry("Step ε", link.STEP, help=STEP_HELP)
    below_step = st.container(gap="xsmall")
    dtype, step_kind = (entry(f"{key} in the link", key) for key in (link.PRECISION, link.STEP_KIND))
    shown = methods_shown()
    see_more()
    with st.expander("View"):
        across = entry("Across, from … to", link.ACROSS, help=RANGE_HELP, placeholder="automatic")
        below_across = st.container(gap="xsmall")
        up = entry("Up the map, from … to", link.UP, placeholder="automatic")
        below_up = st.container(gap="xsmall")
        below_ranges = st.container()
        st.toggle("Lift the arrows onto the surface", key="lift", help=LIFT_HELP, bind="query-params")
        st.toggle("Lay equal arrows over each other", key="overlay", help=OVERLAY_HELP, bind="query-params")
        choose_curve(shown)
        st.toggle("Relative errors", key="relative", help=RELATIVE_HELP, bind="query-params")
    held = st.session_state.pop("held", None)  # where the point is while a finger holds it
    texts = link.Entries(function, held or point, step, across, up, dtype, step_kind)
    last = st.session_state.get("last")
    with below_ranges:
        choose_axes(link.read_field(texts, last))
    reading = link.read(texts, last, chosen_axes)
    with below_function:
        say(reading, link.FUNCTION)
        echo(reading.field)
        for lesson in (preset.lesson for preset in presets.PRESETS if preset.text == function):
            st.caption(lesson)
    with below_point:
        say(reading, link.POINT)
    with below_step:
        say(reading, link.STEP)
        slide_step(reading.step)
        choose_numbers(reading)
        say(reading, link.PRECISION)
        say(reading, link.STEP_KIND)
    with below_across:
        say(reading, link.ACROSS)
    with below_up:
        say(reading, link.UP)
    return reading, shown


def entry(label: str, name: str, **options: Any) -> str:
    """One text entry that the address holds as well; without a word there it holds the lesson's."""
    default = link.DEFAULTS.get(name, "")
    return st.text_input(label, default, key=name, autocomplete="off", bind="query-params", **options)


@st.fragment
def door() -> None:
    """Opens the gallery; nothing else is drawn again for that."""
    st.button("Gallery", icon=":material/photo_library:", width="stretch", key="door", on_click=open_gallery)
    if st.session_state.get("gallery"):
        gallery()


@st.dialog("Gallery", width="large", on_dismiss=close_gallery)
def gallery() -> None:
    """The presets, each with its picture and the sentence that says what to look for; sent when opened."""
    st.html(SHELF_STYLE)
    drawn = thumbnails()
    for group, members in groupby(presets.PRESETS, key=lambda preset: preset.group):
        st.markdown(f"#### {group}")
        with st.container(key=f"shelf-{group}"):
            for preset in members:
                with st.container(key=f"card-{preset.name}", gap="xsmall"):
                    st.image(drawn[preset.name], width=96, alt="")
                    key = f"preset-{preset.name}"
                    pressed = st.button(
                        preset.name, key=key, on_click=take_preset, args=(preset,), type="tertiary"
                    )
                    st.caption(preset.lesson)
                if pressed:
                    st.rerun()  # the whole page, and not only this part of it


@st.cache_data
def thumbnails() -> dict[str, str]:
    """The picture of each preset, drawn when the first visitor opens the gallery."""
    readings = {preset.name: link.read(link.entries_of(preset)) for preset in presets.PRESETS}
    return {name: thumbnail(r.field, r.window, r.point, r.axes) for name, r in readings.items()}


SHELF_STYLE = """<style>
[class*=st-key-shelf-] { display: grid; gap: .25rem .75rem; margin: -.6rem -.55rem .4rem;
  width: calc(100% + 1.1rem) !important; max-width: none;
  grid-template-columns: repeat(auto-fill, minmax(min(20rem, 100%), 1fr)); }
[class*=st-key-card-] { position: relative; display: grid; grid-template-columns: 96px minmax(0, 1fr);
  gap: 0 .9rem; align-content: start; padding: .55rem; border-radius: .5rem; }
[class*=st-key-card-]:has(button:hover, button:focus-visible) { background: #8080801f; }
[class*=st-key-card-] > :first-child { grid-row: 1 / 3; padding-top: .3rem; }
[class*=st-key-card-] img { border-radius: 6px; box-shadow: 0 0 0 1px #80808059; display: block; }
[class*=st-key-card-] button { min-height: 0; padding: 0; justify-content: start; text-align: start; }
[class*=st-key-card-] button p { font-weight: 600; }
[class*=st-key-card-] button::after { content: ""; position: absolute; inset: 0; }
</style>"""


def mathematical_keys() -> Any:
    """On a phone, a row of keys that write √, π and their like into the entry above."""
    return scripted("keys")


def slide_step(step: float) -> None:
    """The slider over the exponent of ε, at the place of the step that is taken; the pictures follow it."""
    data = {
        "exponent": link.exponent_of(step),
        "ends": [link.SMALLEST_EXPONENT, link.LARGEST_EXPONENT],
        "by": link.EXPONENT_STEP,
    }
    scripted("step")(key="step", data=data, on_stepped_change=lambda: take_step("step"))


def choose_numbers(reading: link.Reading) -> None:
    """In which type every number is rounded, and what becomes of ε; the address holds the names."""
    st.session_state.precision, st.session_state.kind_of_step = reading.dtype, reading.step_kind
    left, right = st.columns(2, gap="small")
    left.selectbox(
        "Precision", list(PRECISIONS), key="precision", on_change=follow_numbers, help=PRECISION_HELP
    )
    right.selectbox(
        "ε is taken",
        list(STEP_KINDS),
        format_func=lambda name: STEP_KINDS[name].label,
        key="kind_of_step",
        on_change=follow_numbers,
        help=KIND_HELP,
    )


def methods_shown() -> tuple[str, ...]:
    """The methods ticked. Pills would put their labels in the address; a hidden entry holds the names
    instead.
    """
    named = link.known_methods(entry("Methods in the link", link.SHOWN))
    st.session_state.ticked = list(named)  # as pills give it: a tuple would count as pressed in every run
    choose("Methods in the pictures", METHOD_LABELS, "ticked", follow_pills)
    return tuple(st.session_state.ticked)


def choose_curve(shown: tuple[str, ...]) -> None:
    """Whose curve the error plot explains; a hidden entry holds it for the address, as with the pills."""
    st.session_state.curve = link.explained(entry("Curve in the link", link.EXPLAINED), shown)
    st.selectbox(
        "Explain the curve of",
        link.explainable(shown),
        format_func=lambda name: METHOD_LABELS.get(name, "no method"),
        key="curve",
        on_change=follow_curve,
        help=EXPLAIN_HELP,
    )


def see_more() -> None:
    """What else is drawn, by choice; a hidden entry holds the names for the address."""
    named = figures.known_layers(entry("Layers in the link", "more"))
    st.session_state.layers = list(named)
    labels = {layer.name: layer.label for layer in figures.LAYERS}
    choose("See more", labels, "layers", follow_layers, help=MORE_HELP)


def choose(label: str, labels: dict[str, str], key: str, follow: Callable[[], None], **options: Any) -> None:
    """Pills for any number of the names in ``labels``."""
    st.pills(
        label,
        list(labels),
        selection_mode="multi",
        format_func=labels.__getitem__,
        key=key,
        on_change=follow,
        wrap=True,
        **options,
    )


def choose_axes(field: gradviz.ScalarField) -> None:
    """Which two of three and more variables are drawn; the others are held at the point."""
    if len(field.variables) > 2:
        st.selectbox("Variable across", field.variables, index=0, key="axis_across")
        st.selectbox("Variable up the map", field.variables, index=1, key="axis_up")


def say(reading: link.Reading, name: str) -> None:
    """What must be said about one entry, under it. Nothing a visitor typed is read as Markdown here."""
    for remark in reading.remarks:
        if remark.entry == name:
            with st.container(border=True, key=f"remark-{name}", gap="xsmall"):
                st.text(f"{'⚠' if remark.stops else 'ℹ'} {remark.sentence}")
                if remark.caret:
                    st.code(remark.caret, language=None)


def echo(field: gradviz.ScalarField) -> None:
    """The function as it was read, typeset, with a word where it could have been read otherwise."""
    arguments = ", ".join(name_to_latex(name) for name in field.variables)
    heading = f"f({arguments})" if arguments else "f"
    st.latex(f"{heading} = {to_latex(field.expression)}")
    for remark in field.remarks:
        st.text(f"ℹ {remark}")


# --- the answers ---


def pictures(
    reading: link.Reading, answers: words.Answers, shown: tuple[str, ...], *, announce: bool
) -> None:
    """The surface or the curve, the map and the error plot, in the one standing view."""
    panels = panels_of(reading, answers, shown)
    main, *others = panels
    columns = [(1.5, [main]), (1, others)]
    parts, data = figures.view_data(
        panels,
        columns,
        shown,
        step=reading.step,
        swept=figures.swept(answers.sweep, reading.axes, shown),
        announce=announce,
        about=words.WHAT_IS_THIS,
    )
    view = standing_view()
    view(key="parts", data=parts)
    view(
        key="view",
        data=data,
        on_picked_change=take_picked_point,
        on_stepped_change=lambda: take_step("view"),
        on_turned_change=take_camera,
        on_drawn_change=load_torch_in_background,
    )


def panels_of(
    reading: link.Reading, answers: words.Answers, shown: tuple[str, ...]
) -> dict[str, figures.Panel]:
    """The pictures by name, the main one first."""
    field, point, state = reading.field, answers.point, st.session_state
    answered = [name for name in shown if name in answers.estimates]
    estimates = [answers.estimates[name] for name in answered]
    title = f"f = {to_text(field.expression)} at {words.vector(point)}, {words.setting(answers)}"
    heading = html.escape(title, quote=False)
    errors = figures.errors_picture(
        answers.sweep,
        reading.step,
        answers.errors,
        shown=answered,
        stepping=STEPPING,
        focus=None if state.curve == link.NO_ONE else state.curve,
        relative=bool(state.get("relative")),
    )
    panels = {}
    if len(field.variables) == 1:
        curve = gradviz.sample(field, reading.window, CURVE_POINTS)
        picture = figures.curve_picture(
            field, curve, point, estimates, layers=layers_of(curve, answers, estimates)
        )
        panels["curve"] = figures.Panel(picture, height=560, narrow=340, heading=heading)
        panels["errors"] = figures.Panel(errors, "Error against ε", height=520, narrow=360, heading=heading)
    else:
        axes, overlay = (reading.axes[0], reading.axes[1]), bool(state.get("overlay"))
        surface = gradviz.sample(field, reading.window, SURFACE_POINTS, point=point, axes=axes)
        layers, lifted = layers_of(surface, answers, estimates), bool(state.get("lift"))
        picture = figures.surface_picture(
            field, surface, point, estimates, axes=axes, lifted=lifted, overlay=overlay, layers=layers
        )
        level = figures.contour_picture(
            field, surface, point, estimates, axes=axes, overlay=overlay, layers=layers
        )
        panels["surface"] = figures.Panel(picture, height=620, narrow=340, heading=heading)
        panels["errors"] = figures.Panel(errors, "Error against ε", height=390, narrow=360, heading=heading)
        panels["map"] = figures.Panel(
            level, "Map: press to move the point", height=330, narrow=340, heading=heading
        )
    return panels


def layers_of(surface: gradviz.Surface, answers: words.Answers, estimates: list) -> figures.Layers:
    """The layers chosen, with what they are drawn from."""
    return figures.Layers(
        tuple(st.session_state.layers),
        answers.field,
        surface,
        answers.point,
        answers.sweep.truth,
        estimates,
        answers.step,
        axes=surface.axes,
    )


def standing_view() -> Any:
    """The component that draws every picture in place."""
    return scripted("view")


def scripted(name: str) -> Any:
    """The component of one of our scripts."""
    loader = figures.loader(scripts_text(), script_address(name))
    return component(f"gradviz.{name}", js=loader, isolate_styles=False)


@st.cache_resource
def scripts_text() -> str:
    """The text of all scripts, read once: they import each other, so one version stands for all."""
    return "".join(path.read_text(encoding="utf-8") for path in SCRIPTS.values())


def formulas(field: gradviz.ScalarField) -> None:
    """The partial derivatives, typeset."""
    if not field.variables:
        return
    st.subheader("Analytical: the closed form", help=words.WHAT_IS_THIS["closed form"])
    try:
        found = closed_form(field).partials_latex
    except gradviz.ClosedFormError as error:
        st.text(str(error))
        return
    for name, latex in zip(field.variables, found, strict=True):
        if latex:
            partial = rf"\frac{{\partial f}}{{\partial {name_to_latex(name)}}}"
            st.latex(f"{partial} = {latex}", width="content")
        else:
            st.text(f"The derivative with respect to {name} would fill pages.")


def backpropagation(reading: link.Reading, loaded: bool) -> None:
    """Back-propagation to watch: the computation graph, and the walk over it."""
    st.subheader("Analytical: back-propagation")
    if not loaded:
        st.caption("PyTorch is loading …")
        return
    field, point = reading.field, reading.point
    places = graph_figure.parts(field, point)
    if places:
        st.selectbox("The part around", list(places), format_func=places.__getitem__, key="around")
    drawn = tuple(field.variables[axis] for axis in reading.axes)
    around = st.session_state.around if places else None
    with st.container(horizontal=True, vertical_alignment="bottom"):
        fault, place = chosen_fault(field, point)
    data = graph_figure.walk_data(field, point, drawn, around=around, fault=fault, place=place)
    scripted("walk")(key="walk", data=data)
    if fault:
        gradient_check(field, point, fault, place)


def chosen_fault(
    field: gradviz.ScalarField, point: tuple[float, ...]
) -> tuple[str | None, tuple[int, int] | None]:
    """The fault to be planted in the backward pass, and its edge, if one is chosen."""
    if not st.toggle("Plant a fault in the backward pass", key="sabotage", help=FAULT_HELP):
        return None, None
    labels = {fault.name: fault.label for fault in sabotage.FAULTS}
    fault = st.selectbox("Fault", list(labels), format_func=labels.__getitem__, key="fault", width=240)
    names = {None: "somewhere"} | graph_figure.fault_places(field, point, fault)
    place = st.selectbox("Where", list(names), format_func=names.__getitem__, width=240)
    return fault, place


def gradient_check(
    field: gradviz.ScalarField, point: tuple[float, ...], fault: str, place: tuple[int, int] | None
) -> None:
    """What gradient checking says of the healthy and of the sabotaged graph."""
    found = graph_figure.planted(field, point, fault, place)
    if found is None:
        st.caption("This fault would change nothing in this graph at this point. Try another.")
        return
    rows, panels = checking.checked(field, point, graph_figure.traced(field, point), found.graph)
    st.table(rows)
    _, data = figures.view_data(panels, [(1, ["gap"]), (1, ["remainder"])], ())
    standing_view()(key="check-view", data=data)
    with st.expander("Where is it?"):
        lesson = next(row.lesson for row in sabotage.FAULTS if row.name == fault)
        name = graph_figure.edge_name(found.graph, found.at.consumer, found.at.slot)
        st.text(f"On the way {name}. {lesson}")


def programs(reading: link.Reading) -> None:
    """The same by hand: programs to copy and run; they are written when they are asked for."""
    shelf = st.expander("The same by hand, in code", key="code", on_change="rerun")
    if not shelf.open:
        return
    field, point = reading.field, reading.point
    with shelf:
        by_torch, by_difference, by_closed_form = st.tabs(
            ["PyTorch", "NumPy, forward difference", "Closed form"]
        )
        by_torch.code(export.torch_snippet(field, point), language="python")
        by_difference.code(export.difference_snippet(field, point, reading.step), language="python")
        try:
            by_closed_form.code(export.closed_form_snippet(field, point), language="python")
        except gradviz.ClosedFormError as error:
            by_closed_form.text(str(error))


def costs(field: gradviz.ScalarField) -> None:
    """Why back-propagation won: what each way costs as n grows, counted when it is asked for."""
    shelf = st.expander("What it costs with many inputs", key="costs", on_change="rerun")
    if not (shelf.open and field.variables):
        return
    with shelf:
        n, families = len(field.variables), {family.name: family for family in counting.FAMILIES}
        own = counting.family_of(field)
        name = own.name if own else st.selectbox("A function of n variables", list(families), key="family")
        rows = cost.cost_table(counting.counted(field.expression), n)
        st.table(
            [dict(zip(("For the typed function", "passes", "operations"), row, strict=True)) for row in rows]
        )
        panels = {
            "cost": figures.Panel(
                cost.cost_picture(families[name], n), "Operations for one gradient", height=360
            ),
            "swell": figures.Panel(cost.swell_picture(n), "Expression swell", height=360),
        }
        _, data = figures.view_data(panels, [(1, ["cost"]), (1, ["swell"])], ())
        standing_view()(key="costs-view", data=data)


@st.fragment(run_every=0.5)
def wait_for_torch() -> None:
    """While PyTorch loads, look now and then whether it is there; then draw the whole page again."""
    if torch_is_loaded():
        st.rerun()


def page() -> None:
    """The page from top to bottom."""
    st.set_page_config("gradviz: see gradients", page_icon="∇", layout="wide", menu_items={"About": ABOUT})
    st.html(STYLE)
    # mounted with nothing to draw, the view fetches Plotly while the answers are worked out
    standing_view()(key="ahead", data={"parts": {}, "palettes": figures.palettes()})
    left, right = st.columns([1, 3.3], gap="medium")
    with left:
        st.markdown("# gradviz")
        st.caption("See how a gradient is computed: in closed form, numerically, and by back-propagation.")
        reading, shown = entries()
    st.session_state.last = reading
    loaded = torch_is_loaded()
    later = () if loaded else needing_torch(reading.dtype)
    answers = words.answer(
        reading.field,
        reading.point,
        reading.step,
        without=later,
        before=st.session_state.get("answers"),
        dtype=reading.dtype,
        step_kind=reading.step_kind,
    )
    st.session_state.answers = answers
    with right:
        if reading.field.variables:
            pictures(reading, answers, shown, announce=not loaded)
        st.markdown(words.paragraph(answers, shown))
        st.html(table_html(words.rows(answers), reading.field.variables, words.table_heading(answers)))
        formulas(reading.field)
        backpropagation(reading, loaded)
        programs(reading)
        costs(reading.field)
    if not loaded:
        wait_for_torch()


ABOUT = "gradviz shows how gradients are computed, and how far each way is off."

STYLE = """<style>
.stMainBlockContainer { padding-top: 3.6rem; padding-bottom: 3rem; }
.stMainBlockContainer h1 { padding: 0; font-size: 1.9rem; }
.stMainBlockContainer .stCode pre { padding: .5rem .7rem; }
.stMarkdown .katex-display > .katex { white-space: normal; }
.stMarkdown .katex-display .base { margin: .2em 0; }
.st-key-show, .st-key-dtype, .st-key-steps, .st-key-explain, .st-key-more { display: none; }
@media (max-width: 640px) {
  .stMainBlockContainer { padding: 3.8rem 1rem 2rem; }
  :is(.st-key-ticked, .st-key-layers) [role=group] { flex-wrap: nowrap; overflow-x: auto; }
}
</style>"""

if __name__ == "__main__":
    page()
