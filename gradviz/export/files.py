"""The files that a page can be saved as, by the ending of their names."""

from __future__ import annotations

import math
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial

from gradviz.errors import GradvizError
from gradviz.export.bundle import README, readme, zipped
from gradviz.export.formulas import latex_document
from gradviz.export.gltf import glb, why_no_surface
from gradviz.export.html import html_document
from gradviz.export.lesson import why_no_lesson
from gradviz.export.movie import sweep_gif
from gradviz.export.notebook import notebook, script
from gradviz.export.numbers import numbers_json, sweep_csv, table_csv
from gradviz.export.pgfplots import figure_document
from gradviz.export.pictures import ABOUT, picture, why_no_picture
from gradviz.export.questions import why_no_questions
from gradviz.export.quiz import gift, moodle_xml
from gradviz.export.slide import slide
from gradviz.export.snapshot import Snapshot
from gradviz.export.stl import stl
from gradviz.export.vector.drawing import Drawing
from gradviz.export.vector.pdf import pdf
from gradviz.export.vector.png import LARGEST, as_pixels, rasterised
from gradviz.export.vector.svg import svg
from gradviz.link import Reading

Made = str | bytes | Future[bytes]  # the last where a pool is drawing it


@dataclass(frozen=True)
class Format:
    """A kind of file: its ``label`` on a button, what it is ``about``, and how it is ``made``.

    Text is written in UTF-8. ``why_not`` has the sentence where there is none of this kind, without the work
    of making it. ``picture`` is the name of the one in it, '' for numbers and words. ``bundled`` if it is in
    the zip of all. What is ``slow`` takes many seconds: the page, whose server others wait for, has none.
    """

    ending: str
    label: str
    about: str
    made: Callable[[Snapshot], Made]
    why_not: Callable[[Reading], str] = lambda reading: ""
    picture: str = ""
    bundled: bool = True
    slow: bool = False


def _picture_formats(name: str) -> tuple[Format, ...]:
    """One picture in each kind of file for pictures."""

    def row(ending: str, made: Callable[[Snapshot], Made]) -> Format:
        why_not = partial(why_no_picture, name)
        return Format(f"{name}.{ending}", ending.upper(), ABOUT[name], made, why_not, name)

    return (
        row("svg", lambda snapshot: svg(picture(snapshot, name))),
        row("pdf", lambda snapshot: pdf(picture(snapshot, name))),
        row("png", lambda snapshot: _sharp(snapshot, picture(snapshot, name))),
    )


def _sharp(snapshot: Snapshot, drawing: Drawing) -> Made:
    """A picture with two pixels for each px; one that is as large as a graph can be, with fewer."""
    return _png(snapshot, drawing, min(2.0, math.sqrt(0.99 * LARGEST / (drawing.width * drawing.height))))


def _png(snapshot: Snapshot, drawing: Drawing, scale: float) -> Made:
    """A drawing as PNG, by the snapshot's pool where it has one."""
    pixels = as_pixels(drawing, scale)
    return snapshot.pool.submit(rasterised, *pixels) if snapshot.pool else rasterised(*pixels)


def _bundle(snapshot: Snapshot) -> bytes:
    """All other files in a zip, with a README that has the reason for each that cannot be made."""
    rows = {f"gradviz.{row.ending}": row for row in FORMATS.values() if _is_bundled(row, snapshot)}
    # the PNGs first: where a pool draws them, it does so while the others are made
    in_turn = sorted(rows, key=lambda name: not name.endswith(".png"))
    begun = {name: _begun(rows[name], snapshot) for name in in_turn}
    files: dict[str, bytes] = {}
    missing: dict[str, str] = {}
    for name in rows:
        try:
            files[name] = begun[name].result()
        except GradvizError as error:
            missing[name] = str(error)
        except Exception as error:  # no file may take the others with it
            missing[name] = f"It could not be made, which is a fault of gradviz: {type(error).__name__}."
    made = {name: rows[name].about for name in files}
    return zipped(files | {README: readme(snapshot, made, missing).encode()})


def _is_bundled(row: Format, snapshot: Snapshot) -> bool:
    """Whether the zip has it; it has no picture of others: a curve in place of a surface and a map."""
    return row.bundled and not (row.picture and row.why_not(snapshot.reading))


def _begun(row: Format, snapshot: Snapshot) -> Future[bytes]:
    """A file, or the exception that came in its place, or one that a pool is drawing."""
    try:
        made = row.made(snapshot)
    except Exception as error:
        failed: Future[bytes] = Future()
        failed.set_exception(error)
        return failed
    if isinstance(made, Future):
        return made
    done: Future[bytes] = Future()
    done.set_result(_encoded(made))
    return done


SLIDE = "scene, numbers, error plot and link on one slide"

FORMATS = {
    row.ending: row
    for row in (
        Format("csv", "Table", "the table of the methods, in full precision", table_csv),
        Format(
            "sweep.csv",
            "Sweep",
            "every method at every ε, with the error and the predicted parts of it",
            sweep_csv,
        ),
        Format("json", "All, as JSON", "all of the numbers, with 30 digits of the truth", numbers_json),
        Format(
            "py", "Script", "a script in Python that computes these very numbers again", script, why_no_lesson
        ),
        Format("ipynb", "Notebook", "the same as a notebook, with the formulas", notebook, why_no_lesson),
        Format(
            "tex", "LaTeX", "f, its partial derivatives and the table as a document in LaTeX", latex_document
        ),
        Format(
            "pgf.tex",
            "Figures in LaTeX",
            "surface or curve and the error plot, drawn by PGFPlots",
            figure_document,
        ),
        Format(
            "moodle.xml",
            "Quiz for Moodle",
            "questions about this function with their answers, for Moodle's question bank",
            moodle_xml,
            why_no_questions,
        ),
        Format("gift", "Quiz in GIFT", "the same for other course systems", gift, why_no_questions),
        Format(
            "html",
            "Live, as HTML",
            "one file with the pictures to turn and ε to move, which needs no network",
            html_document,
        ),
        Format(
            "glb",
            "3D model",
            "the scene as a body that turns in a slide and stands on a desk in AR",
            glb,
            why_no_surface,
        ),
        Format("stl", "For a 3D printer", "the surface as a closed solid, 100 mm wide", stl, why_no_surface),
        Format(
            "gif",
            "Moving picture",
            "main picture and error plot while ε goes through all its decades",
            sweep_gif,
            bundled=False,
            slow=True,
        ),
        Format("svg", "SVG", SLIDE, lambda snapshot: svg(slide(snapshot)), picture="slide"),
        Format("pdf", "PDF", SLIDE, lambda snapshot: pdf(slide(snapshot)), picture="slide"),
        Format("png", "PNG", SLIDE, lambda snapshot: _png(snapshot, slide(snapshot), 2), picture="slide"),
        Format(
            "4x.png",
            "PNG, 4×",
            "the same slide, with twice as many pixels each way",
            lambda snapshot: _png(snapshot, slide(snapshot), 4),
            picture="slide",
            bundled=False,  # 33 million pixels more
        ),
        *(row for name in ABOUT for row in _picture_formats(name)),
        Format(
            "zip",
            "Everything, as a zip",
            "all of these in one, with the link and a README",
            _bundle,
            bundled=False,
        ),
    )
}


def format_of(name: str) -> Format:
    """The format that a file's name ends in, the longest ending that is known. A GradvizError for others."""
    parts = name.lower().split(".")[1:]
    for start in range(len(parts)):
        if found := FORMATS.get(".".join(parts[start:])):
            return found
    endings = ", ".join(f".{ending}" for ending in FORMATS)
    given = (
        f"“.{parts[-1]}” is none of the formats" if parts else f"“{name}” has no ending to tell the format"
    )
    raise GradvizError(f"{given}. There are {endings}.")


def format_lines() -> str:
    """The endings with what is in such a file, a line for each; those of one picture together."""
    endings: dict[str, list[str]] = {}
    for row in FORMATS.values():
        endings.setdefault(row.about, []).append(row.ending)
    lines = []
    for about, (first, *others) in endings.items():
        name = ", ".join([f".{first}", *(f".{other.rpartition('.')[2]}" for other in others)])
        lines.append(f"  {name:24} {about}")
    return "\n".join(lines)


def bytes_of(snapshot: Snapshot, row: Format) -> bytes:
    """The file: the same bytes for the same page and the same versions. GradvizError where there is none."""
    made = row.made(snapshot)
    return made.result() if isinstance(made, Future) else _encoded(made)


def _encoded(made: str | bytes) -> bytes:
    return made.encode() if isinstance(made, str) else made
