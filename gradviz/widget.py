"""The live stage in a notebook: the page's own scripts, answered by this process, by means of anywidget."""

from __future__ import annotations

import gzip
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from gradviz import content, link, sentences
from gradviz.arguments import real_array
from gradviz.comparison import Answers
from gradviz.errors import GradvizError, NotInstalledError
from gradviz.export.live import walk_notes, walk_of
from gradviz.export.snapshot import Snapshot, address_of, snapshot_of
from gradviz.export.vector.formula import formula_svg
from gradviz.field import ScalarField, fixed_inputs
from gradviz.figures.table import table_style
from gradviz.function_stage import FunctionExploration
from gradviz.link.parameters import parameters_text
from gradviz.link.reports import follow
from gradviz.methods.callables import Function
from gradviz.scripts import bundled, plotly_script
from gradviz.sentences.measured import MeasuredAnswers
from gradviz.text.numbers import numbers_text
from gradviz.tree.printing import to_text

NO_FUNCTION = (
    "The stage shows a function that is written as text, as in explore(“x1^2 + x2^2”, at=(3, 4)), that is "
    "parsed, or a Python function of a point, as in explore(f, at=(3, 4))."
)
NO_COUNT = "Say how many coordinates the function takes: explore(f, n=2), or explore(f, at=(3, 4))."
TEXT_ALONE = "Types, kinds of ε and parameters are for functions that are written as text."
NO_WIDGETS = 'This needs anywidget, which is not installed: pip install "gradviz[notebook]" brings it.'


class Exploration:
    """What a stage shows, and how it changes by what is done on it: one for each stage.

    ``values`` are those of the link. It knows nothing of notebooks.
    """

    def __init__(self, values: Mapping[str, Any], theme: str = "") -> None:
        opened = snapshot_of(values)
        self.values, self.theme = dict(opened.values), theme
        self.reading: link.Reading = opened.reading
        self.answers: Answers = opened.answers
        self._dragged = ""

    @property
    def link(self) -> str:
        """The query of the page's link to what is shown."""
        return address_of("", self.values)

    def take(self, kind: str, value: object) -> None:
        """Follow a report of the stage; one that cannot be understood changes nothing."""
        followed = follow(kind, value, self.reading, self.values)
        if followed is None:
            return
        self.values, self._dragged, self.reading = followed
        self.answers = content.answers_of(self.reading, before=self.answers)

    def data(self) -> dict[str, Any]:
        """What ``live.js`` shows of it, by the names of the widget's traits."""
        chosen = content.choices(self.values)
        drawn = content.pictures(self.reading, self.answers, chosen)
        announcement = "" if self._dragged else sentences.announcement(self.answers, chosen.shown)
        parts, view = content.view_message(
            drawn.panels, self.reading, self.answers, chosen, announcement=announcement, words=None
        )
        title = content.function_in_short(self.reading.field)
        snapshot = Snapshot(self.values, self.reading)
        walk = walk_of(snapshot)
        remarks = [remark.sentence for remark in self.reading.remarks]
        return {
            "parts": parts,
            "view": view,
            "graph": {"walk": walk, "walkView": content.walk_message(drawn.panels) if walk else None},
            "words": {
                "title": title,
                "formula": formula_svg(content.function_latex(self.reading.field), title),
                "slider": content.slider_data(self.reading.step, content.step_zones(self.answers, chosen)),
                "paragraph": sentences.paragraph(self.answers, chosen.shown),
                "table": content.table_of(self.answers),
                "tableStyle": table_style(),
                "notes": [*remarks, *walk_notes(snapshot, walk is not None)],
                "theme": self.theme,
            },
        }


def explore(
    function: str | ScalarField | Function,
    at: Sequence[float] | float = (),
    *,
    n: int | None = None,
    step: float = 0.1,
    dtype: str = "float64",
    step_kind: str = "plain",
    parameters: Mapping[str, float] | None = None,
    theme: str = "",
) -> Any:
    """The live stage of ``function`` at the point ``at``, for Jupyter, VS Code, Colab and marimo.

    Its last line in a cell shows it; what is done on it is in ``.link``, the query of the page's link, and in
    ``.answers``. ``parameters`` are letters that are held fixed; ``theme`` is "light", "dark", or "" for the
    notebook's own. A plain Python function takes one point (n,) as an array or a tensor and gives one number;
    without ``at`` it is shown where each of its ``n`` coordinates is 1, and it has no link. A GradvizError
    where the function or the point cannot be read, or anywidget is missing.
    """
    if theme not in ("", "light", "dark"):
        raise GradvizError("The theme is “light”, “dark”, or “” for the notebook's own.")
    point = real_array(at, GradvizError, "The point must be numbers, one for each variable.").reshape(-1)
    held = dict(parameters or {})
    typed = {
        link.STEP: numbers_text([float(step)]),
        link.PRECISION: dtype,
        link.STEP_KIND: step_kind,
        link.POINT: numbers_text([float(x) for x in point]),
    }
    if not isinstance(function, str | ScalarField):
        if not callable(function):
            raise GradvizError(NO_FUNCTION)
        if held or (dtype, step_kind) != ("float64", "plain"):
            raise GradvizError(TEXT_ALONE)
        count = n if n is not None else len(point)
        if not count or (len(point) and len(point) != count):
            raise GradvizError(NO_COUNT)
        typed[link.POINT] = typed[link.POINT] or numbers_text([1.0] * count)
        values = {**link.values_in({})[0], **typed}
        return _stage_class()(FunctionExploration(function, count, values, theme))
    if isinstance(function, ScalarField):
        held |= {name: value for name, value in fixed_inputs(function).items() if name not in held}
        function = to_text(function.expression)
    typed |= {link.FUNCTION: function, link.PARAMETERS: parameters_text(held)}
    exploration = Exploration({**link.values_in({})[0], **typed}, theme)
    return _stage_class()(exploration)


@cache
def _compressed_plotly() -> bytes:
    return gzip.compress(plotly_script().encode(), mtime=0)


@cache
def _stage_class() -> Any:
    """The class of the widget; a NotInstalledError without anywidget."""
    try:
        import anywidget
        import traitlets
    except ImportError:
        raise NotInstalledError(NO_WIDGETS) from None

    class Stage(anywidget.AnyWidget):
        """A live stage; what it shows is synced, what is done on it comes as messages."""

        _esm = bundled("live_widget")
        parts = traitlets.Dict().tag(sync=True)
        view = traitlets.Dict().tag(sync=True)
        graph = traitlets.Dict().tag(sync=True)
        words = traitlets.Dict().tag(sync=True)

        def __init__(self, exploration: Exploration | FunctionExploration) -> None:
            self._exploration = exploration
            super().__init__(**exploration.data())
            self.on_msg(self._take)

        @property
        def link(self) -> str:
            """The query of the page's link to what is shown; '' of a Python function."""
            return self._exploration.link

        @property
        def answers(self) -> Answers | MeasuredAnswers:
            """The answers of every method at the point and the step that are shown."""
            return self._exploration.answers

        def _take(self, _: object, content: object, __: object) -> None:
            """Answer a message of the stage: with Plotly, or with what follows from what was done."""
            match content:
                case {"kind": "plotly"}:
                    self.send({"kind": "plotly"}, buffers=[_compressed_plotly()])
                case {"kind": str(kind), "n": int(n), "value": value}:
                    self._exploration.take(kind, value)
                    with self.hold_sync():
                        for name, shown in self._exploration.data().items():
                            setattr(self, name, shown)
                    self.send({"kind": "answer", "n": n})

    return Stage
