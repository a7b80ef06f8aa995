"""A drawing as PNG, by resvg, with the fonts of the package alone: the same on every machine."""

from __future__ import annotations

from gradviz.errors import GradvizError
from gradviz.export.vector.drawing import Drawing
from gradviz.export.vector.svg import svg
from gradviz.export.vector.typeface import SANS, files

LARGEST = 40_000_000  # pixels: 160 MB while it is drawn


def png(drawing: Drawing, scale: float = 2.0) -> bytes:
    """``drawing`` with ``scale`` pixels to each px. A GradvizError without resvg, or for too many pixels."""
    try:
        import resvg_py
    except ImportError:
        raise GradvizError(
            "A PNG is drawn by resvg, which is not installed: pip install 'gradviz[export]'."
        ) from None
    if not 0 < drawing.width * drawing.height * scale**2 <= LARGEST:
        raise GradvizError("The picture would have more than 40 million pixels.")
    made = resvg_py.svg_to_bytes(
        svg_string=svg(drawing, embed=False),
        width=round(scale * drawing.width),
        height=round(scale * drawing.height),
        skip_system_fonts=True,
        font_files=list(files()),
        font_family=SANS.family,
    )
    return bytes(made)
