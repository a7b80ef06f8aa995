"""What the view in the browser (``view.js``) is sent: the pictures, with their heavy arrays set apart.

Two messages, so that moving a point sends arrows and not the surface again: ``parts`` holds the arrays by a
hash of their content, and stays word for word the same while they do (such a message travels as a reference);
``data`` holds all the rest, with ``{"part": hash}`` in their place. Of that, too, only what has changed need
travel: see changes.py.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from gradviz.figures.parts.drawing import Picture, packed
from gradviz.figures.parts.theme import PRINTED_DASHES, legend, palettes
from gradviz.sweeping.sweep import Sweep
from gradviz.text.numbers import SPELLED_OUT

from . import collected
from .apart import Arrays, figure_apart, set_apart
from .messages import Message, Spelled, as_json

MISSING = "This part of the page could not be loaded. Reload the page to try again."


@dataclass(frozen=True)
class Panel:
    """One picture's place on the page: its title, and heights in pixels, wide and on a phone.

    ``heading`` titles the saved file.
    """

    picture: Picture
    title: str = ""
    height: int = 320
    narrow: int = 320
    heading: str = ""
    file: str = ""


def loader(address: str) -> str:
    """The few words sent with every change, that load a script once and hand the change to it.

    ``address`` is where the page's server has it, relative to the page. Where it cannot be loaded, a sentence
    says so and the next change tries again; an error would end the component for good.
    """
    # more than one line: Streamlit takes a single one for the name of a file
    return f"""const address = new URL("{address}", document.baseURI).href;
let script = null; // cached: one promise for all calls, so that they go on in the order in which they came
export default async (component) => {{
  const mount = component.parentElement;
  const clear = () => mount.querySelector(":scope > .gradviz-missing")?.remove();
  let module;
  try {{
    module = await (script ??= import(address));
  }} catch (problem) {{
    script = null;
    console.warn("gradviz:", problem);
    clear();
    mount.insertAdjacentHTML("beforeend", '<p class="gradviz-missing" role="status">{MISSING}</p>');
    return undefined;
  }}
  clear();
  return module.default(component);
}};
"""


def view_data(
    panels: Mapping[str, Panel],
    columns: Sequence[tuple[float, Sequence[str]]],
    methods: Sequence[str],
    *,
    step: float | None = None,
    gradients: Mapping[str, Any] | None = None,
    camera: Sequence[float] = (),
    opening: int = 0,
    revision: str | None = None,
    report_drawn: bool = False,
    about: Mapping[str, str] | None = None,
    announcement: str = "",
    headline: Mapping[str, str] | None = None,
    words: str | None = None,
    cards: Mapping[str, Mapping[str, Any]] | None = None,
    readouts: Mapping[str, Any] | None = None,
) -> tuple[dict[str, Any], Message]:
    """``(parts, data)`` for the two mounts of the view.

    ``columns`` arranges the panels: (share of the width, names from top to bottom) for each; a narrow page
    stacks them in this order. ``methods`` have a card each above the pictures, with what ``cards`` has of
    them by name; the ``headline`` stands above these. On a phone the pictures of the last column and the
    ``words``, '' for none, are tabs; None where they are to stand below each other there, too. With the
    chosen ``step`` and what :func:`gradients_by_step` gives the pictures follow ε before the server answers;
    ``camera`` (9 numbers: eye, centre, up; a tenth, 1, for no perspective) turns the scene to where a link
    has it, once for each ``opening``, the number of the links that were opened. ``revision`` marks the drawn
    page; by default a hash of the rest of ``data``; with ``report_drawn`` the view answers with the trigger
    ``drawn`` once it is painted. With ``readouts``, what is said at each step, nobody answers the view:
    point, window and methods stay as they are. ``about`` says what a panel is, by its name. When the
    ``announcement`` has changed, a screen reader says it; '' while something moves. A number in a message
    that is not finite is refused with a ValueError.
    """
    parts: Arrays = {}
    named: Arrays = {}
    pictures = {}
    for name, panel in panels.items():
        picture = panel.picture
        apart = figure_apart(picture)
        parts |= apart.parts
        named |= apart.named
        pictures[name] = {
            "figure": apart.value,
            "title": panel.title,
            "caption": picture.summary or picture.caption,
            "reading": picture.caption if picture.summary else "",
            "alternative": picture.alternative,
            "pick": list(picture.pick),
            "steps": picture.steps,
            "views": [{"name": name, "label": label} for name, label in picture.views],
            "height": panel.height,
            "narrow": panel.narrow,
            "heading": panel.heading,
            "about": (about or {}).get(name, ""),
            "file": panel.file or f"gradviz-{name}",
        }
    data = {
        "columns": [{"share": share, "panels": list(names)} for share, names in columns],
        "headline": dict(headline) if headline else None,
        "words": words,
        "cards": [{**entry, **(cards or {}).get(entry["method"], {})} for entry in legend(list(methods))],
        "pictures": pictures,
        "step": step,
        "gradientsByStep": _table_apart(gradients, parts, named) if gradients else None,
        "camera": list(camera),
        "named": named,
        "reportDrawn": report_drawn,
        "announcement": announcement,
    }
    if readouts is not None:
        data |= {"fixed": True, "readouts": dict(readouts)}
    message = Message.composed(data, "data")
    if revision is None:  # the same for the same picture, however often it was opened
        revision = hashlib.blake2b(message.text.encode(), digest_size=8).hexdigest()
    return _heavy(parts), message.followed_by(opening=opening, revision=revision)


def _table_apart(gradients: Mapping[str, Any], parts: Arrays, named: Arrays) -> Spelled:
    """What :func:`gradients_by_step` gives without its arrays, which go to ``parts`` and ``named``."""
    apart = gradients.apart if isinstance(gradients, Table) else None
    if apart is None:
        heavy: Arrays = {}
        light: Arrays = {}
        apart = Spelled.of(set_apart(gradients, heavy, light), "gradients"), heavy, light
        if isinstance(gradients, Table):
            gradients.apart = apart
    parts |= apart[1]
    named |= apart[2]
    return apart[0]


def _heavy(parts: Arrays) -> Spelled:
    """The message of the heavy arrays; their base64 holds no letter that JSON would write otherwise."""
    arrays = []
    for key, array in parts.items():
        entries = ", ".join(f'"{name}": "{text}"' for name, text in array.items())
        arrays.append(f'"{key}": {{{entries}}}')
    message = Spelled({"parts": parts, **looks()})
    message.text = f'{{"parts": {{{", ".join(arrays)}}}, {_looks_text()[1:]}'
    return message


@cache
def _looks_text() -> str:
    return as_json(looks(), "looks")


def looks() -> dict[str, Any]:
    """What the view draws all figures with: the palettes, and the dashes of the methods on paper."""
    return {"palettes": palettes(), "printedDashes": dict(PRINTED_DASHES)}


class Table(dict[str, Any]):
    """The gradients over a sweep, made once for it and not to be changed; ``apart`` is how they are sent."""

    apart: tuple[Spelled, Arrays, Arrays] | None = None


def gradients_by_step(sweep: Sweep, axes: Sequence[int], methods: Sequence[str]) -> dict[str, Any]:
    """The gradients of the ``methods`` that take a step, over all of ``sweep``, along the drawn ``axes``.

    With them the browser turns an arrow while ε is being dragged: (k,) for the steps and for each axis. The
    ``differences`` from the true gradient go apart, {} where there is none: next to a gradient they are lost
    in single precision. For the cards there are the errors, and of a third coordinate, which is not drawn,
    the gradient as well.
    """
    if not isinstance(sweep, Sweep):  # what is not frozen is not the same for good
        return _gradients_by_step(sweep, axes, methods)
    kept: dict[object, Table] = vars(sweep).setdefault("gradients_by_step", {})
    key = tuple(axes), tuple(methods)
    found = kept.get(key)
    if found is None:
        kept.clear()
        found = kept[key] = _gradients_by_step(sweep, axes, methods)
    return found


def _gradients_by_step(sweep: Sweep, axes: Sequence[int], methods: Sequence[str]) -> Table:
    stepping = [name for name in methods if name in sweep.quotients]
    tables = {name: np.asarray(sweep.gradients[name], dtype=float) for name in stepping}
    truth = np.asarray(sweep.truth.gradient, dtype=float)[list(axes)]
    known = np.isfinite(truth).all()
    with np.errstate(over="ignore", invalid="ignore"):
        off = {name: table[:, list(axes)] - truth for name, table in tables.items() if known}
    size = len(sweep.truth.gradient)
    others = [axis for axis in range(size) if axis not in axes] if size <= SPELLED_OUT else []
    table = {
        "steps": packed(sweep.steps),
        "gradients": {name: [packed(table[:, axis]) for axis in axes] for name, table in tables.items()},
        "differences": {name: [packed(column) for column in table.T] for name, table in off.items()},
        "others": {name: [packed(table[:, axis]) for axis in others] for name, table in tables.items()},
        "order": [*axes, *others],
        "size": size,
        "errors": {name: packed(sweep.errors[name]) for name in stepping},
    }
    return Table(table)


def standing_still(picture: Picture) -> Picture:
    """``picture`` as one that answers to no press and follows no walk, such as one kept for comparison."""
    traces = picture.figure["data"]
    still = [trace for trace in traces if (trace.get("meta") or {}).get("role") != collected.ROLE]
    return replace(picture, figure={**picture.figure, "data": still}, pick=(), steps=False, views=())
