"""The page: `streamlit run app.py`. It asks the package and shows the answers; it computes nothing itself.

Imported, the same file is the server around the page, as page/server.py describes it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext, suppress
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import streamlit as st
from streamlit.components.v2 import component
from streamlit.errors import StreamlitDuplicateElementKey
from streamlit.runtime.scriptrunner import get_script_run_ctx

from page.guard import callback, guarded, report, show_sentence
from page.scripts import script_address
from page.server import MIDDLEWARE, ROUTES, lifespan, load_torch

if __name__ == "__main__":  # the page needs all of this; the server around it answers sooner without
    import gradviz
    from gradviz import comparison, content, figures, link, presets, sentences
    from gradviz.autodiff import costs as counting
    from gradviz.autodiff import faults
    from gradviz.figures import graph as graph_figure
    from gradviz.figures.table import table_style
    from gradviz.figures.thumbnail import thumbnail
    from gradviz.methods.loading import torch_is_loaded
    from gradviz.methods.steps import STEP_KINDS
    from gradviz.symbolic import worker
    from gradviz.tree.precision import PRECISIONS
    from page import reconnect

    METHOD_LABELS = {method.name: method.label for method in gradviz.METHODS}
    IN_VIEW = (link.ACROSS, link.UP, link.LIFT, link.OVERLAY, link.FAMILY, link.RELATIVE, link.PREDICT)
    SAID_OF_VIEW = (link.ACROSS, link.UP, link.AXES, link.WINDOW)
    # what follows the hand in the address: the entries, and what is kept and chosen besides
    FOLLOWING = (link.POINT, link.STEP, link.PRECISION, link.STEP_KIND)
    BESIDES = (link.CAMERA, link.WINDOW, link.KEPT, link.FAULT, link.PLACE, link.NODE)
    BESIDES += (link.FAMILY_COUNTED, link.OPENED)

PLAY_EVERY = 0.3  # seconds between two values of a parameter that is played
PANELS = {
    "view": "view_panel",
    "parameters": "parameters_panel",
    "code": "code_panel",
    "costs": "costs_panel",
}  # as the address calls them: the key of what opens and closes


app = st.App(Path(__file__), routes=ROUTES, middleware=MIDDLEWARE, lifespan=lifespan)


# --- the address ---


def open_link(restored: reconnect.Report | None) -> None:
    """Fill the entries from the address: when the page is opened, and when the visitor goes back or forward.

    Every other run has them already, but those of a control that is not on the page, which Streamlit forgets,
    and what a lost connection has kept from either side: the browser reports it once that is ``restored``.
    """
    state, context = st.session_state, get_script_run_ctx()
    opened = "known" not in state
    if opened or (context and context.is_history_navigation):
        fill(*values_of_link())
        state.pop("address", None)
    state.connection = st.context.headers.get("Sec-WebSocket-Key", "")
    state.anew = restored is not None or state.get("served") != state.connection
    # Streamlit may run the page before the report has come: with widgets that show what was before
    first = state.get("drawn_for", state.connection) != state.connection
    state.drawn_for, state.awaits_report = state.connection, first and restored is None
    if restored is not None:
        take_report(restored, opened)
    stands = state.known | {key: False for key in PANELS.values() if key in state}
    put(**{name: state.get(name, value) for name, value in stands.items()})


def values_of_link() -> tuple[dict[str, Any], tuple[link.Remark, ...]]:
    """What the address says, and what must be said of it. Where to read it fails, what it says by default."""
    try:
        query = st.query_params
        values, told = link.values_in(query.to_dict())
        repeated = [name for name in query if len(query.get_all(name)) > 1]
        return values, (*told, *link.doubts(values, repeated))
    except Exception as error:
        report("reading the link", error)
        sentence = "This link could not be read, which is a fault of the page, and has been noted."
        return link.values_in({})[0], (link.Remark(link.LINK, sentence),)


def take_report(restored: reconnect.Report, opened: bool) -> None:
    """Let the page hold what the browser shows and what was asked of it before the connection was lost;
    ``opened`` where this server knows the page from its address alone.
    """
    state, shown = st.session_state, values_of_link()[0]
    load_torch()  # the word that the picture is painted may have been lost
    state.update(reconnect.changes(restored, state.get("requested")))
    state.address = link.query_for(shown)  # the browser's own may be older
    state.report = restored.number
    if opened:
        state.last = link.read(link.entries(shown))


def note_request() -> None:
    """Remember what this run was asked for: its answer may be lost on the way."""
    state = st.session_state
    state.runs = state.get("runs", 0) + 1
    if not state.awaits_report:
        state.requested = reconnect.Request(state.runs, values_now())


def run_as_requested() -> None:
    """Draw the whole page again because the timer has found something out.

    With the timer the browser sends what its widgets hold, and an answer may still be on its way to these:
    what was requested last counts. Streamlit may merge the timer's run with one that the visitor asked for,
    whose widgets are right, and may be drawn already.
    """
    state, context = st.session_state, get_script_run_ctx()
    if context and len(context.fragment_ids_this_run or ()) == 1:
        state.update(state.requested.values)
    st.rerun()


def fill(values: dict[str, Any], told: tuple[link.Remark, ...] = ()) -> None:
    """Set everything that the address tells."""
    state = st.session_state
    state.update(values)
    state.known, state.told = values, told
    state.linked = link.values_in({})[0]  # until what was filled in has been read
    for panel, key in PANELS.items():
        state[key] = panel in link.names_in(values[link.OPENED])
    for key in ("last", "held", "playing"):
        state.pop(key, None)


def write_link(reading: link.Reading) -> None:
    """Let the address follow: one step of the history for each change, none while a parameter is played.

    A link that was opened stands as it came until something changes.
    """
    state = st.session_state
    state[link.OPENED] = ",".join(panel for panel, key in PANELS.items() if state.get(key))
    state[link.WINDOW] = link.window_text(reading)
    state.known = values_now()
    state.linked = link.linked(state.known, reading, state.linked)
    query = link.query_for(state.linked)
    if state.setdefault("address", query) != query and not (state.get("playing") or state.awaits_report):
        st.query_params.from_dict(query)
        state.address, state.told = query, ()


def values_now() -> dict[str, Any]:
    """The value of every key of the address, as the page stands."""
    return {key.name: st.session_state[key.name] for key in link.KEYS}


def put(**shown: Any) -> None:
    """Let widgets show these values. One that shows its own already is left alone: set, it is drawn again.

    A browser whose connection was lost may not have heard of it, though: it would show the widget as empty,
    and then that would count. So for a new connection all is set until a whole run has come to its end.
    """
    state = st.session_state
    for key, value in shown.items():
        if state.anew or key not in state or state[key] != value:
            state[key] = value


def visible(part: str) -> bool:
    """Whether a part of the page is shown; a link may leave some out."""
    return part not in link.names_in(st.session_state[link.HIDDEN])


# --- what happens when something is pressed ---


@callback
def show_everything() -> None:
    """All that a link has left out."""
    st.session_state[link.HIDDEN] = ""


@callback
def start_again() -> None:
    """Back to the lesson's example, with a clean address."""
    fill(link.values_in({})[0])
    state = st.session_state
    for key in ("answers", "kept_answers", "kept_pictures", "guess", "reported"):
        state.pop(key, None)
    st.query_params.clear()  # also where no run has come so far as to write the address
    state.address = {}


@callback
def take_preset(preset: presets.Preset) -> None:
    """Fill the entries from the gallery, and show the methods that its sentence is about."""
    state, filled = st.session_state, link.entries_of(preset)
    state[link.FUNCTION], state[link.POINT], state[link.STEP] = filled.function, filled.point, filled.step
    state[link.ACROSS], state[link.UP] = filled.across, filled.up
    state[link.PARAMETERS] = state[link.AXES] = state[link.PLACE] = state[link.NODE] = ""
    state[link.SHOWN] = link.shown_text(preset.methods)
    close_gallery()  # the pictures are what to look at now


@callback
def open_gallery() -> None:
    """It stays open until it is closed, also when the page is drawn again meanwhile."""
    st.session_state.gallery = True


@callback
def close_gallery() -> None:
    st.session_state.gallery = False


@callback
def keep() -> None:
    """Keep the picture that is seen; it stands below the present one from now on."""
    st.session_state[link.KEPT] = link.kept_text(st.session_state.known)


@callback
def swap() -> None:
    """The kept picture becomes the present one, and the other way round."""
    fill(link.swapped(st.session_state.known))


@callback
def drop() -> None:
    """Nothing is kept any more."""
    st.session_state[link.KEPT] = ""
    st.session_state.pop("kept_answers", None)
    st.session_state.pop("kept_pictures", None)


@callback
def take_step(name: str) -> None:
    """ε let go on the slider or on the error plot writes the entry: the entry is what counts."""
    state = st.session_state
    state[link.STEP] = link.stepped_text(state[name].stepped, state.last, state[link.STEP])


@callback
def follow_layers() -> None:
    """The pills of the layers write the entry that the address holds."""
    st.session_state[link.LAYERS] = figures.layers_text(st.session_state.layers)


@callback
def follow_choice(key: str, entry: str) -> None:
    """The choice writes the entry that the address holds, as it is."""
    st.session_state[entry] = str(st.session_state[key])


@callback
def follow_fault() -> None:
    """The choices about the fault write the entries that the address holds; at first it is somewhere."""
    state = st.session_state
    state[link.FAULT] = state.get("chosen_fault", faults.FAULTS[0].name) if state.sabotage else ""
    state[link.PLACE] = state.get("chosen_place", "") if state.sabotage else ""


@callback
def follow_pills() -> None:
    """The pills hold labels, the address holds names."""
    st.session_state[link.SHOWN] = link.shown_text(st.session_state.ticked)


@callback
def follow_numbers() -> None:
    """The choices of precision and kind of step write the entries that the address holds."""
    state = st.session_state
    state[link.PRECISION], state[link.STEP_KIND] = state.precision, state.kind_of_step


@callback
def follow_curve() -> None:
    """The choice writes the entry that the address holds."""
    state = st.session_state
    state[link.EXPLAINED] = link.explained_text(state.curve, state.ticked)


@callback
def follow_axes() -> None:
    """The two variables to draw."""
    st.session_state[link.AXES] = f"{st.session_state.axis_across},{st.session_state.axis_up}"


@callback
def follow_parameter(name: str) -> None:
    """A parameter's slider writes the entry that the address holds; what was playing stops."""
    state = st.session_state
    state.pop("playing", None)
    state[link.PARAMETERS] = link.parameter_moved(state.last.field, name, state[f"parameter-{name}"])


@callback
def follow_fixed() -> None:
    """The letters that are held fixed; the point then has more or fewer coordinates."""
    state = st.session_state
    state[link.PARAMETERS], state[link.POINT] = link.hold_fixed(state.last, state.fixed)


@callback
def play(name: str, value: float) -> None:
    """Play a parameter, or stop it where it is."""
    playing = st.session_state.pop("playing", None)
    if not playing or playing["name"] != name:
        st.session_state.playing = {"name": name, "start": value, "tick": 0}


@callback
def take_turn() -> None:
    """The next value of the parameter that plays; at the end it is back where it began, and stops."""
    state = st.session_state
    playing = state.get("playing")
    if not playing:
        return
    playing["tick"] += 1
    value = link.played(playing["start"], playing["tick"])
    if value is None:
        value = playing["start"]
        del state.playing
    state[link.PARAMETERS] = link.parameter_moved(state.last.field, playing["name"], value)


@callback
def reveal(guess: sentences.Guess) -> None:
    """Show what was to be guessed."""
    st.session_state.guess = guess


@callback
def take_picked_point() -> None:
    """A press on the map or the curve moves the point; the entry, and so the address, follow when it is let
    go.
    """
    event, state = st.session_state.view.picked, st.session_state
    if not event:
        return
    state.heard = event["n"]
    moved = dict(zip(state.last.axes, (event["x"], event["y"]), strict=False))
    text = link.picked_text(state.last.point, moved, state.last.window, state.last.axes)
    if event["done"]:
        state[link.POINT] = text
        state.pop("held", None)  # of a run that was cut short
    else:
        state.held = text


@callback
def take_camera() -> None:
    """The camera that the surface was turned to."""
    state = st.session_state
    state[link.CAMERA] = link.turned_text(state.view.turned, state[link.CAMERA])


@callback
def take_curve() -> None:
    """The method whose entry in the legend was pressed."""
    state = st.session_state
    state[link.EXPLAINED] = link.pressed_text(state.view.explained, state.ticked, state[link.EXPLAINED])


# --- the entries ---

POINT_HELP = "One number for each variable: `3, 4` or `pi/4, 1`. You can also press on the map."
STEP_HELP = "How far each input is shifted: `0.1`, `1e-8`, `2^-26`. The slider moves it by powers of ten."
PRECISION_HELP = "The type in which every single operation is rounded, f's own among them."
KIND_HELP = (
    "Beside x, ε itself is rounded. Divided by the step that was really taken, (x + ε) − x, or by a power of "
    "two, the quotient does not suffer from that."
)
FIXED_HELP = (
    "A letter that is held fixed is no variable: it gets a slider, and the gradient does not ask for it."
)
PREDICT_HELP = "The error plot stays hidden until you have guessed what it shows."
RESET_HELP = "Back to the lesson’s example, and a clean address."
RANGE_HELP = "Two numbers, for example `-6, 6`. Empty: chosen for you."
LIFT_HELP = "A gradient lives in the plane of the inputs. Lifted, it is the steepest tangent of the surface."
OVERLAY_HELP = "Arrows that coincide are drawn side by side, unless you want them exactly where they are."
EXPLAIN_HELP = (
    "On the error plot: which error rules where, as theory predicts it for this function and point."
)
FAMILY_HELP = "The curve that is explained, in float64, float32, float16 and bfloat16."
RELATIVE_HELP = "The error as a share of the gradient's own size, where that is not 0."
FAULT_HELP = (
    "The graph below is then wrong in one place. Gradient checking tells that it is; can you find where?"
)
LAYER_METHOD_HELP = (
    "Unless one is chosen, the gradient field is exact, and digits and secants are those of the first method "
    "shown that takes a step."
)
BY_A_METHOD = {"field", "digits", "slices"}  # the layers that a method draws
KEEP_HELP = "It stays below, beside what you look at next, to be compared; the link holds both."
MORE_HELP = "Drawn over the surface, the map or the curve; the words below each picture say what is seen."


def asked() -> tuple[link.Reading, tuple[str, ...]]:
    """What the entries say, and the methods shown; known before any entry is drawn."""
    state = st.session_state
    shown = link.known_methods(state[link.SHOWN])
    # lists, as pills give them: a tuple would count as pressed in every run
    layers = list(figures.known_layers(state[link.LAYERS]))
    put(ticked=list(shown), layers=layers, curve=link.explained(state[link.EXPLAINED], shown))
    texts = link.entries(values_now())
    if held := state.get("held"):  # where the point is while a finger holds it
        texts = replace(texts, point=held)
    return understood(texts, state.get("last")), shown


def understood(texts: link.Entries, last: link.Reading | None) -> link.Reading:
    """What the entries mean. Where to read them fails, what they last meant stands, and a remark says so."""
    try:
        return link.read(texts, last)
    except Exception as error:
        report("reading the entries", error)
        sentence = (
            "These entries could not be read, which is a fault of the page, and has been noted: what you see "
            "is what was understood before. Change an entry, or press Reset."
        )
        return replace(last or link.read(link.Entries()), remarks=(link.Remark(link.FUNCTION, sentence),))


def entries(head: Any, controls: Any, reading: link.Reading, shown: tuple[str, ...]) -> None:
    """What can be typed and chosen but for the point and ε, and at once below each entry what must be said
    about it: the function in the ``head``, the rest in ``controls``.
    """
    with head:
        with part("function"):
            entry("Function f", link.FUNCTION)
            mathematical_keys()(key="keys", data={"entry": "Function f"})
        with st.container(gap="xsmall"):
            below_function(reading)
    with controls:
        with part("methods"):
            choose("Methods in the pictures", METHOD_LABELS, "ticked", follow_pills)
        with part("parameters-held"), guarded("What is held fixed"):
            hold_fixed(reading)
        with part("view"), guarded("The view"):
            see_more()
            shelf = st.expander("View", key=PANELS["view"], on_change="rerun")
            if shelf.open:
                with shelf:
                    choose_view(reading, shown)
            else:
                for name in IN_VIEW:  # else what they last said would be forgotten
                    st.session_state[name] = st.session_state[name]
                for name in SAID_OF_VIEW:  # what must be said is not shut away
                    say(reading.remarks, name)


def below_function(reading: link.Reading) -> None:
    """The function as it was read, what is to be said about it, and its parameters."""
    say(reading.remarks, link.FUNCTION)
    if link.FUNCTION in link.refused(reading):
        st.caption("Until it can be read, the pictures and the link show this function:")
    with guarded("The function as it was read"):
        echo(reading.field)
    text = st.session_state[link.FUNCTION]
    for preset in presets.PRESETS:
        if preset.text == text and not st.session_state[link.PREDICT]:  # it may tell what is to be guessed
            with guarded("The lesson"):
                st.caption(sentences.lesson(preset))
    with part("parameters"):
        say(reading.remarks, link.PARAMETERS)
        with guarded("The sliders of the parameters"):
            slide_parameters(reading)


def point_and_step(reading: link.Reading) -> None:
    """The entries that the hand on a picture writes."""
    with part("point"):
        entry("Point", link.POINT, help=POINT_HELP)
        say(reading.remarks, link.POINT)
    with part("eps"):
        entry("Step ε", link.STEP, help=STEP_HELP)
    with st.container(gap="xsmall"):
        say(reading.remarks, link.STEP)
        if visible("eps"):
            with guarded("The slider of ε"):
                slide_step(reading.step)
            choose_numbers(reading)
        say(reading.remarks, link.PRECISION)
        say(reading.remarks, link.STEP_KIND)


def choose_view(reading: link.Reading, shown: tuple[str, ...]) -> None:
    """What is drawn, and how; sent when it is asked for."""
    entry("Across, from … to", link.ACROSS, help=RANGE_HELP, placeholder="automatic")
    with st.container(gap="xsmall"):
        say(reading.remarks, link.ACROSS)
    entry("Up the map, from … to", link.UP, placeholder="automatic")
    with st.container(gap="xsmall"):
        say(reading.remarks, link.UP)
    with st.container():
        choose_axes(reading)
        say(reading.remarks, link.AXES)
        say(reading.remarks, link.WINDOW)
    st.toggle("Lift the arrows onto the surface", key=link.LIFT, help=LIFT_HELP)
    st.toggle("Lay equal arrows over each other", key=link.OVERLAY, help=OVERLAY_HELP)
    choose_curve(shown)
    st.toggle("This curve in every precision", key=link.FAMILY, help=FAMILY_HELP)
    with st.container(gap="xsmall"):
        say(said_of_family(reading), link.FAMILY)
    st.toggle("Relative errors", key=link.RELATIVE, help=RELATIVE_HELP)
    st.toggle("Guess first, then see the errors", key=link.PREDICT, help=PREDICT_HELP)


def said_of_family(reading: link.Reading) -> tuple[link.Remark, ...]:
    """What must be said below the choice of every precision, while it is chosen."""
    return link.family_remarks(reading) if st.session_state[link.FAMILY] else ()


def part(name: str) -> Any:
    """A container for a part of the page that a link may leave out; what is in it keeps its state."""
    return st.container(key=f"part-{name}", gap="small")


def entry(label: str, name: str, **options: Any) -> None:
    """One text entry; what stands in it is in the address as well."""
    st.text_input(label, key=name, autocomplete="off", max_chars=link.LONGEST_TYPED, **options)


@st.fragment
def door() -> None:
    """Opens the gallery; nothing else is drawn again for that."""
    st.button("Gallery", icon=":material/photo_library:", width="stretch", key="door", on_click=open_gallery)
    if st.session_state.get("gallery"):
        with guarded("The gallery"):
            gallery()


@st.dialog("Gallery", width="large", on_dismiss=close_gallery)
def gallery() -> None:
    """The presets, each with its picture and the sentence that says what to look for; sent when opened."""
    with guarded("The gallery"):
        show_presets()


def show_presets() -> None:
    """The presets by group."""
    st.html(SHELF_STYLE)
    drawn = thumbnails()
    for group, members in groupby(presets.PRESETS, key=lambda preset: preset.group):
        st.markdown(f"### {group}")
        with st.container(key=f"shelf-{group}"):
            for preset in members:
                with st.container(key=f"card-{preset.name}", gap="xsmall"):
                    if preset.name in drawn:
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
    drawn = {}
    for preset in presets.PRESETS:
        try:  # one that fails must not take the others
            r = link.read(link.entries_of(preset))
            drawn[preset.name] = thumbnail(r.field, r.window, r.point, r.axes)
        except Exception as error:
            report(f"the picture of {preset.name}", error)
    return drawn


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
        "step": step,
        "ends": [link.SMALLEST_EXPONENT, link.LARGEST_EXPONENT],
        "by": link.EXPONENT_STEP,
    }
    scripted("step")(key="step", data=data, on_stepped_change=lambda: take_step("step"))


def choose_numbers(reading: link.Reading) -> None:
    """In which type every number is rounded, and what becomes of ε; the address holds the names."""
    put(precision=reading.dtype, kind_of_step=reading.step_kind)
    with st.container(horizontal=True, gap="small"):
        st.selectbox(
            "Precision", list(PRECISIONS), key="precision", on_change=follow_numbers, help=PRECISION_HELP
        )
        st.selectbox(
            "ε is taken",
            list(STEP_KINDS),
            format_func=lambda name: STEP_KINDS[name].label,
            key="kind_of_step",
            on_change=follow_numbers,
            help=KIND_HELP,
        )


def slide_parameters(reading: link.Reading) -> None:
    """A slider for every letter that is held fixed, and a button that plays it."""
    state = st.session_state
    if state.get("playing", {}).get("name") not in (None, *dict(reading.field.parameters)):
        del state.playing
    playing = state.get("playing")
    for name, held in reading.field.parameters:
        value = float(held or 0)
        plays = bool(playing) and playing["name"] == name
        low, high = link.slider_ends(playing["start"] if plays else value)
        put(**{f"parameter-{name}": value})
        with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall"):
            st.slider(
                f"Parameter {name}",
                low,
                high,
                step=(high - low) / 100,
                format="%.4g",
                key=f"parameter-{name}",
                on_change=follow_parameter,
                args=(name,),
            )
            label, icon = ("Pause", "pause") if plays else ("Play", "play_arrow")
            icon = f":material/{icon}:"
            st.button(label, icon=icon, key=f"play-{name}", on_click=play, args=(name, value))


def hold_fixed(reading: link.Reading) -> None:
    """Which letters are held fixed: they become parameters."""
    letters = link.letters(reading.field)
    if len(letters) < 2:
        return
    with st.expander("Parameters", key=PANELS["parameters"], on_change="rerun"):
        put(fixed=[name for name, _ in reading.field.parameters])
        st.pills(
            "Hold fixed",
            letters,
            selection_mode="multi",
            key="fixed",
            help=FIXED_HELP,
            on_change=follow_fixed,
        )


def play_on() -> None:
    """The parameter that plays goes on: the browser asks for the next value when this one has been drawn."""
    playing = st.session_state.playing
    data = {"name": playing["name"], "tick": playing["tick"], "every": 1000 * PLAY_EVERY}
    data["connection"] = (
        st.session_state.connection
    )  # a turn that was lost with the last one is asked for again
    scripted("play")(key="play", data=data, on_turn_change=take_turn)


def share() -> None:
    """The link to this page, and what of the page it shows."""
    shelf = st.popover("Share", key="share", on_change="rerun")
    if not shelf.open:
        return
    with shelf:
        st.markdown("**The link to this picture**")
        below = st.container()
        st.caption("What it shows; whoever opens it can show the rest again.")
        left, right = st.columns(2)
        half = len(link.PARTS) // 2
        hidden = [
            name
            for place, (name, label) in enumerate(link.PARTS.items())
            if not (left if place < half else right).checkbox(label, visible(name), key=f"shows-{name}")
        ]
        query = link.query_for({**st.session_state.linked, link.HIDDEN: ",".join(hidden)})
        here = (st.context.url or "").partition("?")[0]
        asks = f"?{urlencode(query, safe=',:;()*/')}" if query else ""
        address = f"{here.rstrip('/')}/{asks}"
        below.code(address, language=None, wrap_lines=True)


def choose_curve(shown: tuple[str, ...]) -> None:
    """Whose curve the error plot explains."""
    st.selectbox(
        "Explain the curve of",
        link.explainable(shown),
        format_func=lambda name: METHOD_LABELS.get(name, "no method"),
        key="curve",
        on_change=follow_curve,
        help=EXPLAIN_HELP,
    )


def see_more() -> None:
    """What else is drawn, by choice."""
    labels = {layer.name: layer.label for layer in figures.LAYERS}
    choose("See more", labels, "layers", follow_layers, help=MORE_HELP)
    if BY_A_METHOD & set(st.session_state.layers):
        put(layer_method=st.session_state[link.LAYERS_BY])
        names = {"": "no chosen method"} | {name: METHOD_LABELS[name] for name in content.STEPPING}
        label = "Gradient field, digits and secants by"
        one_of(label, names, "layer_method", link.LAYERS_BY, help=LAYER_METHOD_HELP)


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


def choose_axes(reading: link.Reading) -> None:
    """Which two of three and more variables are drawn; the others are held at the point."""
    names = reading.field.variables
    if len(names) > 2:
        across, up = (names[place] for place in reading.axes)
        put(axis_across=across, axis_up=up)
        st.selectbox("Variable across", names, key="axis_across", on_change=follow_axes)
        st.selectbox("Variable up the map", names, key="axis_up", on_change=follow_axes)


def say(remarks: tuple[link.Remark, ...], name: str) -> None:
    """What must be said about one entry, under it. Nothing a visitor typed is read as Markdown here."""
    due = [remark for remark in remarks if remark.entry == name]
    if not due:
        return
    with st.container(border=True, key=f"remark-{name}", gap="xsmall"):
        for remark in due:
            st.text(f"{'⚠' if remark.stops else 'ℹ'} {remark.sentence}")
            if remark.caret:
                st.code(remark.caret, language=None)


def echo(field: gradviz.ScalarField) -> None:
    """The function as it was read, typeset, with a word where it could have been read otherwise."""
    st.latex(content.function_latex(field))
    for remark in field.remarks:
        st.text(f"ℹ {remark}")


# --- the answers ---


def show_pictures(
    reading: link.Reading,
    answers: comparison.Answers,
    chosen: content.Choices,
    *,
    announce: bool,
    held: bool,
    guessing: bool,
) -> dict[str, figures.Panel]:
    """The surface or the curve, the map and the error plot, in the one standing view; and what is in it.

    While the point is ``held`` nothing is said of it to a screen reader, and nothing that is still guessed.
    """
    drawn = content.pictures(reading, answers, chosen)
    for failure in drawn.failures:  # the pictures themselves tell the visitor
        report(failure.part, failure.error)
    panels = drawn.panels
    if question := asked_first(answers, chosen.shown):
        with guarded("The question"):
            guess_first(question, answers, chosen.shown, guessing)
    if guessing:
        panels.pop("errors", None)
    if not panels:
        load_torch()  # no view will say that it is painted
        return panels
    parts, data = content.view_message(
        panels,
        reading,
        answers,
        chosen,
        announce=announce,
        announcement="" if held or guessing else sentences.announcement(answers, chosen.shown),
        heard=st.session_state.get("heard", 0),
    )
    view = standing_view()
    view(key="parts", data=parts)
    view(
        key="view",
        data=data,
        on_picked_change=take_picked_point,
        on_stepped_change=lambda: take_step("view"),
        on_turned_change=take_camera,
        on_explained_change=take_curve,
        on_drawn_change=load_torch,
    )
    return panels


def tell_answered() -> None:
    """Tell the view that the entries, too, are as its last message has made them: the next one may follow.

    It holds the number of this run as well, for it to arrive also where nothing else has changed.
    """
    state = st.session_state
    data = {"answered": state.get("heard", 0), "report": state.get("report", 0)}
    data |= {"whole": state.whole, "connection": state.connection}
    scripted("reconnect")(key="answered", data=data | receipt(reconnect.OF_THE_HAND))


def receipt(entries: Sequence[str]) -> dict[str, Any]:
    """What the browser has when this has arrived: all of this run, and these texts in the ``entries``."""
    state = st.session_state
    return {"run": state.runs, "entries": {name: state[name] for name in entries}}


def compare(side: content.Side, chosen: content.Choices, loaded: bool, guessing: bool) -> None:
    """The picture kept beside the present one, ``side``; and what keeps and drops it. The words are left out
    while something is still guessed.
    """
    state = st.session_state
    kept, reason = state[link.KEPT], link.why_not_kept(side.reading, state.known)
    with st.container(horizontal=True, gap="xsmall", key="keep"):
        st.button(
            "Keep this picture",
            icon=":material/keep:",
            help=KEEP_HELP,
            disabled=bool(reason),
            on_click=keep,
        )
        if kept:
            st.button("Swap", icon=":material/swap_vert:", disabled=bool(reason), on_click=swap)
            st.button("Drop", icon=":material/close:", on_click=drop)
    if reason:
        st.caption(reason)
    if not kept:
        return
    if kept == link.kept_text(state.known):
        st.caption("This is kept: change the function, the point or ε, and compare.")
    with guarded("What is kept"):
        show_comparison(side, kept_side(kept, chosen, loaded), chosen, guessing)


def show_comparison(side: content.Side, then: content.Side, chosen: content.Choices, guessing: bool) -> None:
    """Both that are compared, in pictures and in words."""
    parts, data = content.comparison_message(side, then, chosen)
    view = standing_view()
    view(key="kept-parts", data=parts)
    view(key="kept-view", data=data)
    if guessing:
        return
    left, right = st.columns(2)
    with left.container(key="now"):
        in_words(side, chosen)
    with right:
        in_words(then, chosen)


def in_words(side: content.Side, chosen: content.Choices) -> None:
    """One of the two that are compared in words and numbers: the function, the paragraph, and the table."""
    echo(side.reading.field)
    st.markdown(sentences.paragraph(side.answers, chosen.shown))
    st.html(content.table_of(side.answers, chosen.shown))


def kept_side(kept: str, chosen: content.Choices, loaded: bool) -> content.Side:
    """What is kept, made anew only when it or the choices for it change."""
    state = st.session_state
    request = kept, loaded, replace(chosen, lifted=False, predict=False, camera=())
    if state.get("kept_pictures", (None,))[0] != request:
        side, failures = content.kept_side(kept, chosen, loaded, state.get("kept_answers"))
        for failure in failures:
            report(f"{failure.part} of what is kept", failure.error)
        state.kept_answers = side.answers
        state.kept_pictures = request, side
    return state.kept_pictures[1]


def asked_first(answers: comparison.Answers, shown: tuple[str, ...]) -> str | None:
    """What is asked before the errors are seen; None where nothing is."""
    return (
        sentences.question(answers, shown) if st.session_state[link.PREDICT] and visible("errors") else None
    )


def to_be_guessed(answers: comparison.Answers, shown: tuple[str, ...]) -> bool:
    """Whether the best step and the worst method are still to be guessed, and what tells them is hidden."""
    guess = st.session_state.get("guess")
    guessed = guess is not None and guess.about == sentences.about(answers)
    return not guessed and asked_first(answers, shown) is not None


def guess_first(question: str, answers: comparison.Answers, shown: tuple[str, ...], guessing: bool) -> None:
    """What asks for a guess before the errors are seen, and then says how good it was."""
    with st.container(border=True, key="guess-first"):
        if not guessing:
            st.markdown(sentences.verdict(answers, shown, st.session_state.guess))
            return
        st.markdown(f"**Before you look: what will the error plot show?** {question}")
        exponent = st.slider("Best ε, as a power of ten", -16.0, 0.0, -4.0, step=0.5, format="10^%.1f")
        worst = st.radio(
            f"Which one loses most at ε = {answers.step:g}?",
            [name for name in shown if name in answers.estimates],
            format_func=METHOD_LABELS.__getitem__,
            index=None,
            key="guessed_worst",
            horizontal=True,
        )
        made = sentences.Guess(sentences.about(answers), 10.0**exponent, worst or "")
        st.button("Reveal", type="primary", disabled=worst is None, on_click=reveal, args=(made,))


def standing_view() -> Any:
    """The component that draws every picture in place; ``view_data`` has checked what it is sent."""
    return component_of("view")


def scripted(name: str) -> Any:
    """The component of one of our scripts; it refuses data that JSON does not know."""

    def mount(*, key: str, data: dict[str, Any] | None = None, **callbacks: Callable[[], None]) -> Any:
        figures.as_json(data, key)
        return component_of(name)(key=key, data=data, **callbacks)

    return mount


def component_of(name: str) -> Any:
    """What Streamlit has of one of our scripts."""
    return component(f"gradviz.{name}", js=figures.loader(script_address(name)), isolate_styles=False)


def formulas(field: gradviz.ScalarField) -> bool:
    """The partial derivatives, typeset. True where they wait for a worker that is busy."""
    if not field.variables:
        return False
    st.header("Analytical: the closed form", help=sentences.WHAT_IS_THIS["closed form"])
    try:
        partials = content.partials_latex(field)
    except worker.BusyError:
        st.text("The closed form waits for its turn: other formulas are being worked on. It comes by itself.")
        return True
    except gradviz.ClosedFormError as error:
        st.text(str(error))
        return False
    for name, formula in partials:
        if formula:
            st.latex(formula, width="content")
        else:
            st.text(f"The derivative with respect to {name} would fill pages.")
    return False


def backpropagation(reading: link.Reading, loaded: bool) -> None:
    """Back-propagation to watch: the computation graph, and the walk over it."""
    st.header("Analytical: back-propagation")
    if not loaded:
        st.caption("PyTorch is loading …")
        return
    field, point, state = reading.field, reading.point, st.session_state
    places = graph_figure.parts(field, point)
    if places:
        wanted = int(state[link.NODE] or -1)
        put(chosen_node=wanted if wanted in places else next(iter(places)))
        one_of("The part around", places, "chosen_node", link.NODE)
    drawn = tuple(field.variables[axis] for axis in reading.axes)
    around = state.chosen_node if places else None
    fault, place = chosen_fault(field, point)
    with guarded("The walk over the graph"):
        data = graph_figure.walk_data(field, point, drawn, around=around, fault=fault, place=place)
        scripted("walk")(key="walk", data=data)
    if fault:
        with guarded("The gradient check"):
            gradient_check(field, point, fault, place)


def chosen_fault(
    field: gradviz.ScalarField, point: tuple[float, ...]
) -> tuple[str | None, tuple[int, int] | None]:
    """The fault to be planted in the backward pass, and its edge, if one is chosen."""
    state = st.session_state
    put(sabotage=bool(state[link.FAULT]))
    if not st.toggle(
        "Plant a fault in the backward pass", key="sabotage", on_change=follow_fault, help=FAULT_HELP
    ):
        return None, None
    labels = {fault.name: fault.label for fault in faults.FAULTS}
    put(chosen_fault=state[link.FAULT])
    with st.container(horizontal=True):
        fault = one_of("Fault", labels, "chosen_fault", follow_fault, width=240)
        found = graph_figure.fault_places(field, point, fault)
        names = {"": "somewhere"} | {link.place_text(place): name for place, name in found.items()}
        put(chosen_place=state[link.PLACE] if state[link.PLACE] in names else "")
        return fault, link.read_place(one_of("Where", names, "chosen_place", follow_fault, width=240))


def one_of(
    label: str, labels: dict[Any, str], key: str, follow: str | Callable[[], None], **options: Any
) -> Any:
    """A choice of one of the names in ``labels``; ``follow`` is the entry that holds it, or a callback."""
    if isinstance(follow, str):
        options |= {"on_change": follow_choice, "args": (key, follow)}
    else:
        options["on_change"] = follow
    return st.selectbox(label, list(labels), format_func=labels.__getitem__, key=key, **options)


def gradient_check(
    field: gradviz.ScalarField, point: tuple[float, ...], fault: str, place: tuple[int, int] | None
) -> None:
    """What gradient checking says of the healthy and of the sabotaged graph."""
    check = content.gradient_check(field, point, fault, place)
    if check is None:
        st.caption("This fault would change nothing in this graph at this point. Try another.")
        return
    st.table(check.rows)
    if check.doubt:
        st.caption(check.doubt)
    standing_view()(key="check-view", data=check.data)
    with st.expander("Where is it?"):
        st.text(check.solution)


def programs(reading: link.Reading) -> None:
    """The same by hand: programs to copy and run; they are written when they are asked for."""
    shelf = st.expander("The same by hand, in code", key=PANELS["code"], on_change="rerun")
    if not shelf.open:
        return
    with shelf:
        tabs = st.tabs(["PyTorch", "NumPy, forward difference", "Closed form"])
        for tab, program in zip(tabs, content.programs(reading), strict=True):
            if isinstance(program, str):
                tab.code(program, language="python")
            else:  # there is none, and this is why
                tab.text(str(program))


def costs(field: gradviz.ScalarField) -> None:
    """Why back-propagation won: what each way costs as n grows, counted when it is asked for."""
    shelf = st.expander("What it costs with many inputs", key=PANELS["costs"], on_change="rerun")
    if not shelf.open:
        return
    with shelf:
        names = {family.name: family.name for family in counting.FAMILIES}
        put(counted_family=st.session_state[link.FAMILY_COUNTED] or next(iter(names)))
        if not counting.family_of(field):
            one_of("A function of n variables", names, "counted_family", link.FAMILY_COUNTED)
        counted = content.costs(field, st.session_state.counted_family)
        st.table(counted.rows)
        standing_view()(key="costs-view", data=counted.data)


def masthead() -> None:
    """The page's name and purpose, a word about the link that was opened, and the tools."""
    st.markdown("# gradviz")
    st.caption("See how a gradient is computed: in closed form, numerically, and by back-propagation.")
    with st.container(gap="xsmall"):
        say(st.session_state.told, link.LINK)
        if st.session_state.pop("failed_control", False):
            show_sentence("What was pressed", "could not be done")
        if st.session_state[link.HIDDEN]:
            st.caption("This page was set up by a link, which leaves something out.")
            st.button("Show everything", on_click=show_everything, width="stretch")
    with st.container(horizontal=True, gap="xsmall"):
        with part("gallery"):
            door()
        st.button("Reset", help=RESET_HELP, on_click=start_again)
        with guarded("The link to this page"):
            share()


@st.fragment(run_every=0.5)
def wait(for_torch: bool, for_worker: bool) -> None:
    """Draw the whole page again once PyTorch is loaded, or a symbolic worker has time for this page.

    It is the page's one timer: see ``run_as_requested``.
    """
    if (for_torch and torch_is_loaded()) or (for_worker and worker.has_room()):
        run_as_requested()


def page() -> None:
    """The page from top to bottom."""
    st.set_page_config("gradviz: see gradients", page_icon="∇", layout="wide", menu_items={"About": ABOUT})
    mounted = scripted("reconnect")(key="reconnect", on_restored_change=lambda: None)
    open_link(reconnect.read_report(mounted.restored))
    note_request()
    hidden = [name for name in link.PARTS if not visible(name)]
    rules = [STYLE, table_style(), *(HIDE.format(name) for name in hidden)]
    st.html("<style>" + "".join(rules) + "</style>")
    # mounted with nothing to draw, the view fetches Plotly while the answers are worked out
    standing_view()(key="ahead", data={"parts": {}, "palettes": figures.palettes()})
    left, right = st.columns([1, 3.3], gap="medium")
    head, controls = (left.container(key=key) for key in ("head", "controls"))
    drawn, answered = (right.container(key=key) for key in ("pictures", "answers"))
    with right:
        closed, graph = part("closed"), part("graph")
    state = st.session_state
    state.around, state.unfinished, state.whole = None, False, state.runs  # until all of it is drawn
    state.drawn_with_torch = True  # nothing to wait for, if nothing is drawn
    with drawn:  # before the rest: the browser draws while that is still being written
        follow(controls, answered, graph)
    with head:
        masthead()
    if "last" not in state:  # what follows the hand has failed before anything was understood
        return
    reading, shown = state.last, tuple(state.ticked)
    entries(head, controls, reading, shown)
    closed_form_waits = False
    with closed, guarded("The closed form"):
        closed_form_waits = formulas(reading.field)
    for_torch = not state.drawn_with_torch
    if for_torch or closed_form_waits:
        wait(for_torch, closed_form_waits)
    if "playing" in state:
        play_on()
    state.around = surroundings(reading)
    scripted("reconnect")(key="receipt", data=receipt(reconnect.OF_THE_PAGE))
    if not state.unfinished:
        state.served, state.anew = state.connection, False


def rescue(error: Exception, place: Any) -> None:
    """Where the page or what follows the hand fails as a whole: those entries that were not drawn."""
    st.session_state.unfinished = True
    report("the page", error)
    show_sentence("The page")
    with place:
        for label, name in (("Function f", link.FUNCTION), ("Point", link.POINT), ("Step ε", link.STEP)):
            with suppress(StreamlitDuplicateElementKey):
                entry(label, name)


@st.fragment
def follow(controls: Any, answered: Any, graph: Any) -> None:
    """What follows the hand: the pictures, the entries of the point and ε, and all numbers and words.

    What is pressed, typed or chosen among these has them drawn again, and of the rest of the page only what
    is then no longer as it stands there.
    """
    try:
        draw_following(controls, answered, graph)
    except Exception as error:
        rescue(error, controls)


def draw_following(controls: Any, answered: Any, graph: Any) -> None:
    """The entries of the point and ε, and all that depends on them."""
    state, context = st.session_state, get_script_run_ctx()
    alone = bool(context and context.fragment_ids_this_run)
    if alone:
        note_request()
    reading, _ = asked()
    chosen = content.choices(values_now())
    if alone and surroundings(reading) != state.around:
        st.rerun()
    held = bool(state.pop("held", None))  # a finger holds the point: the entries do not know of it yet
    loaded = state.drawn_with_torch = torch_is_loaded()
    answers = None
    with guarded("The gradient at this point"):
        answers = content.answers_of(reading, loaded, state.get("answers"))
    state.last, state.answers = reading, answers
    if not held:
        write_link(reading)
    with controls:
        point_and_step(reading)
    with answered:
        compared, words_part, table_part = part("kept"), part("words"), part("table")
    if answers is not None:
        guessing = False
        with guarded("The question"):
            guessing = to_be_guessed(answers, chosen.shown)
        show_answers(answers, chosen, guessing, words_part, table_part)
        panels = {}
        with guarded("The pictures"):
            if reading.field.variables:
                panels = show_pictures(
                    reading, answers, chosen, announce=not loaded, held=held, guessing=guessing
                )
        tell_answered()
        frame = st.container(border=True, gap="small") if state[link.KEPT] else nullcontext()
        with compared, frame, guarded("The comparison"):
            compare(content.Side(reading, answers, panels), chosen, loaded, guessing)
    else:
        load_torch()  # no view will say that it is painted
        tell_answered()
    with graph:
        if reading.field.variables:
            with guarded("Back-propagation"):
                backpropagation(reading, loaded)
            with guarded("The programs"):
                programs(reading)
            with guarded("The costs"):
                costs(reading.field)
    if alone and surroundings(reading) != state.around:  # the word about a link goes with the first change
        st.rerun()


def show_answers(
    answers: comparison.Answers, chosen: content.Choices, guessing: bool, words_part: Any, table_part: Any
) -> None:
    """The paragraph and the table, each in its place; not while they would give away what is guessed."""
    with words_part, guarded("The words"):
        if guessing:
            st.caption("The words and the table come when you have guessed.")
        else:
            st.markdown(sentences.paragraph(answers, chosen.shown))
    with table_part, guarded("The table"):
        if answers.field.variables and not guessing:
            st.html(content.table_of(answers))


def surroundings(reading: link.Reading) -> tuple[Any, ...]:
    """All that what is around depends on: the rest of the address, and what must be said of it."""
    state, values = st.session_state, values_now()
    remarks = [remark for remark in reading.remarks if remark.entry not in FOLLOWING]
    remarks += said_of_family(reading)
    rest = {name: value for name, value in values.items() if name not in FOLLOWING + BESIDES}
    opened = [state.get(PANELS[panel]) for panel in ("view", "parameters")]
    address = values if state.get("share") else None
    return rest, opened, remarks, state.told, address, state.get("failed_control")


ABOUT = "gradviz shows how gradients are computed, and how far each way is off."

HIDE = "[data-testid=stLayoutWrapper]:has(> [class*=st-key-part-{}]) {{ display: none; }}"

STYLE = """
:is(.st-key-reconnect, .st-key-receipt) { display: none; } /* nothing to see */
.stMainBlockContainer { padding-top: 3.6rem; padding-bottom: 3rem; }
.stMainBlockContainer h1 { padding: 0; font-size: 1.9rem; }
.stMainBlockContainer .stHeading h2 { font-size: 1.75rem; padding: .75rem 0 1rem; }
[data-testid=stCaptionContainer] { opacity: .8; }
.stMainBlockContainer .stCode pre { padding: .5rem .7rem; }
.stMarkdown .katex-display > .katex { white-space: normal; }
.stMarkdown .katex-display { padding-inline-end: 4px; }
.st-key-guess-first { margin-top: .75rem; }
.stMarkdown .katex-display .base { margin: .2em 0; }
@media (max-width: 640px) {
  .stMainBlockContainer { padding: 3.8rem 1rem 2rem; }
  .st-key-now, .gradviz-column:has(> [data-panel^=now-]) { display: none; } /* it stands above */
  /* one column: the function, the pictures under the thumb, and only then what else can be set */
  .stColumn:has(> .stVerticalBlock > * > :is(.st-key-head, .st-key-pictures)),
  .stColumn > .stVerticalBlock:has(> * > :is(.st-key-head, .st-key-pictures)) { display: contents; }
  [data-testid=stLayoutWrapper]:has(> .st-key-head) { order: 1; }
  [data-testid=stLayoutWrapper]:has(> .st-key-pictures) { order: 2; }
  [data-testid=stLayoutWrapper]:has(> .st-key-controls) { order: 3; }
  [data-testid=stLayoutWrapper]:has(> .st-key-answers) { order: 4; }
  [data-testid=stLayoutWrapper]:has(> :is(.st-key-part-closed, .st-key-part-graph)) { order: 5; }
  :is(.st-key-ticked, .st-key-layers) [role=group] { flex-wrap: nowrap; overflow-x: auto; }
}
"""

if __name__ == "__main__":
    try:
        page()
    except Exception as error:
        rescue(error, st.container())
        st.button("Reset", key="reset-all", help=RESET_HELP, on_click=start_again)
