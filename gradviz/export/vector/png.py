"""A drawing as PNG, by resvg, with the fonts of the package alone: the same on every machine."""

from __future__ import annotations

from importlib.util import find_spec

from gradviz.errors import GradvizError
from gradviz.export.vector.drawing import Drawing
from gradviz.export.vector.svg import svg
from gradviz.export.vector.typeface import SANS, files

LARGEST = 40_000_000  # pixels: 160 MB while it is drawn


def png(drawing: Drawing, scale: float = 2.0) -> bytes:
    """``drawing`` with ``scale`` pixels to each px. A GradvizError without resvg, or for too many pixels."""
    return rasterised(*as_pixels(drawing, scale))


def as_pixels(drawing: Drawing, scale: float) -> tuple[str, int, int]:
    """What :func:`rasterised` takes, another process's too. A GradvizError as for :func:`png`."""
    if find_spec("resvg_py") is None:
        raise GradvizError("A PNG is drawn by resvg, which is not installed: pip install 'gradviz[export]'.")
    if not 0 < drawing.width * drawing.height * scale**2 <= LARGEST:
        raise GradvizError("The picture would have more than 40 million pixels.")
    return svg(drawing, embed=False), round(scale * drawing.width), round(scale * drawing.height)


def rasterised(text: str, width: int, height: int) -> bytes:
    """A drawing's SVG as PNG with so many pixels. The interpreter's lock is held meanwhile."""
    import resvg_py

    made = resvg_py.svg_to_bytes(
        svg_string=text,
        width=width,
        height=height,
        skip_system_fonts=True,
        font_files=list(files()),
        font_family=SANS.family,
    )
    return bytes(made)
