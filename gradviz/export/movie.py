"""A moving picture: the pictures of a page while ε goes through all its decades, as GIF.

Every frame is what the page shows at that ε, drawn anew: the package's own answers, none between two others.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from gradviz import comparison, content, link, sentences
from gradviz.errors import NotInstalledError
from gradviz.export.pictures import draw_figure
from gradviz.export.snapshot import Snapshot
from gradviz.export.vector.drawing import Drawing, shortened
from gradviz.export.vector.marks import palette_of
from gradviz.export.vector.png import png
from gradviz.figures import paint

if TYPE_CHECKING:
    from PIL import Image

NO_PILLOW = 'A GIF is written by Pillow, which is not installed: pip install "gradviz[export]" brings it.'
EXPONENTS = range(0, -17, -1)  # of ε, one frame each, as far as the slider goes
WIDTH, HEIGHT, SCALE = 1600.0, 720.0, 0.6  # px, and pixels for each
SHARE = 0.58  # of the width for the main picture
EDGE, SENTENCE = 16.0, 30.0
EACH, LAST = 450, 1800  # ms
COLOURS = 256


def sweep_gif(snapshot: Snapshot) -> bytes:
    """The main picture and the error plot at ε = 1, 0.1, … 10⁻¹⁶, under the sentence about them.

    A NotInstalledError without Pillow, a GradvizError without resvg or where there is no picture.
    """
    try:
        from PIL import Image
        from PIL.PngImagePlugin import PngImageFile
    except ImportError:
        raise NotInstalledError(NO_PILLOW) from None
    frames = []
    for drawing in _drawings(snapshot):
        frames.append(PngImageFile(io.BytesIO(png(drawing, SCALE))).convert("RGB"))
    palette = _palette(_together(frames[0], frames[-1]), palette_of(snapshot.theme).values())
    indexed = [frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in frames]
    out = io.BytesIO()
    times = [EACH] * (len(frames) - 1) + [LAST]
    indexed[0].save(
        out, "GIF", save_all=True, append_images=indexed[1:], duration=times, loop=0, optimize=False
    )
    return out.getvalue()


def _together(one: Image.Image, other: Image.Image) -> Image.Image:
    """Two frames in one, which has the colours of both."""
    both = one.resize((one.width, 2 * one.height))
    both.paste(one, (0, 0))
    both.paste(other, (0, one.height))
    return both


def _palette(pictures: Image.Image, exact: Iterable[str]) -> Image.Image:
    """256 colours that serve the pictures, the ``exact`` ones among them: thin lines have few pixels."""
    named = sorted({colour for colour in exact if len(colour) == 7 and colour.startswith("#")})
    channels = [int(colour[place : place + 2], 16) for colour in named for place in (1, 3, 5)]
    found = pictures.quantize(COLOURS - len(named)).getpalette() or []
    palette = pictures.resize((1, 1)).convert("P")
    palette.putpalette([*found[: 3 * (COLOURS - len(named))], *channels])
    return palette


def _drawings(snapshot: Snapshot) -> Iterable[Drawing]:
    """A drawing for each ε, from the largest to the smallest."""
    before = snapshot.answers
    for exponent in EXPONENTS:
        reading = replace(snapshot.reading, step=10.0**exponent)
        before = content.answers_of(reading, before=before)
        yield _frame(snapshot, reading, before)


def _frame(snapshot: Snapshot, reading: link.Reading, answers: comparison.Answers) -> Drawing:
    chosen = replace(content.choices(snapshot.values), hidden=())
    panels = content.pictures(reading, answers, chosen).panels
    palette = palette_of(snapshot.theme)
    headline = sentences.headline(answers, chosen.explained)
    drawing = Drawing(WIDTH, HEIGHT, headline, headline)
    drawing.rect((0, 0, WIDTH, HEIGHT), palette["paper"])
    drawing.text(
        EDGE, EDGE + SENTENCE, shortened(headline, SENTENCE, WIDTH - 2 * EDGE), SENTENCE, palette["ink"]
    )
    top, middle = EDGE + 1.7 * SENTENCE, SHARE * WIDTH
    main = next(name for name in ("surface", "curve") if name in panels)
    boxes = {
        main: (EDGE, top, middle - EDGE, HEIGHT - EDGE),
        "errors": (middle, top, WIDTH - EDGE, HEIGHT - EDGE),
    }
    for name, box in boxes.items():
        figure = paint(panels[name].picture.figure, palette)
        draw_figure(drawing, name, figure, box, palette, snapshot)
    return drawing
