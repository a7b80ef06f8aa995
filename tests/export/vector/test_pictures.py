"""The pictures as files: read by an XML parser, by PDFium and by resvg, and compared with each other."""

import io
import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pypdfium2
import pytest
from PIL import Image
from scipy.ndimage import binary_dilation

from gradviz import link
from gradviz.errors import GradvizError
from gradviz.export.files import FORMATS, bytes_of, format_of
from gradviz.export.pictures import panel_of, picture, why_no_picture
from gradviz.export.snapshot import FAULTY, snapshot_of, snapshot_of_link
from gradviz.export.vector.drawing import Drawing, Scaled
from gradviz.export.vector.marks import THEMES, palette_of
from gradviz.export.vector.pdf import pdf
from gradviz.export.vector.png import png
from gradviz.export.vector.scene import draw_sheet
from gradviz.export.vector.sight import scene_of
from gradviz.export.vector.svg import svg
from gradviz.figures import paint
from gradviz.presets import PRESETS

LESSON = "?f=x1^2%2Bx2^2&at=3,4&eps=0.1&layers=plane,slices,path,field&v=2"
CURVE = "?f=sin(x)%2Bx/3&at=1&eps=0.1&v=2"
SLICE = "?f=x*y%2Bz^3&at=1,2,0.5&eps=0.01&v=2"
POLE = "?f=1/(x*y)&at=0.5,0.7&eps=0.01&layers=digits&v=2"
KINK = "?f=abs(x)%2Babs(y)&at=0,1&eps=0.1&v=2"
CURVED = "?f=sin(2x)*cos(2y)&at=0.3,0.2&v=2"
SVG = "{http://www.w3.org/2000/svg}"
SMALLEST = 14.0

SHOWN = [
    *((LESSON, name, theme) for name in ("surface", "errors", "map") for theme in ("light", "print")),
    (CURVE, "curve", "dark"),
    (SLICE, "surface", "dark"),
    (POLE, "surface", "light"),
    (POLE, "map", "print"),
    (KINK, "surface", "print"),
    (SLICE, "graph", "light"),
    (LESSON, "graph", "print"),
    (LESSON, "table", "light"),
    (KINK, "table", "print"),
]


@pytest.fixture(scope="module")
def drawings():
    """Each of the pictures, drawn once."""
    found, snapshots = {}, {}
    for address, name, theme in SHOWN:
        if address not in snapshots:
            snapshots[address] = snapshot_of_link(address)
            _ = snapshots[address].answers
        snapshot = replace(snapshots[address], theme=theme)
        object.__setattr__(snapshot, "answers", snapshots[address].answers)  # the same, computed once
        found[address, name, theme] = picture(snapshot, name)
    return found


@pytest.mark.parametrize("which", SHOWN, ids=str)
def test_svg_is_sound_and_has_words_and_no_raster(drawings, which):
    text = svg(drawings[which])
    root = ET.fromstring(text)
    assert len(text) < 1_000_000
    assert not root.findall(f".//{SVG}image")
    assert "f" in root.findtext(f"{SVG}title")
    assert len(root.findtext(f"{SVG}desc")) > 40
    words = ["".join(element.itertext()) for element in root.iter(f"{SVG}text")]
    assert any(("AddBackward0" if which[1] == "graph" else "closed form") in word for word in words)
    used = set(re.findall(r"font-family=\"'([^']+)'", text)) | {"Source Sans 3"}
    assert used <= set(re.findall(r"@font-face\{font-family:'([^']+)'", text))
    for element in root.iter(f"{SVG}text"):
        spans = element.findall(f"{SVG}tspan") or [element]
        sizes = [float(span.get("font-size")) for span in spans]
        assert max(sizes) >= SMALLEST
    numbers = re.findall(r"-?\d*\.?\d+", " ".join(element.get("d") for element in root.iter(f"{SVG}path")))
    assert np.isfinite(np.array(numbers, dtype=float)).all()


@pytest.mark.parametrize("which", SHOWN[::3], ids=str)
def test_pdf_says_the_same_as_the_png(drawings, which):
    drawing = drawings[which]
    document = pypdfium2.PdfDocument(pdf(drawing))
    page = document[0]
    assert page.get_size() == pytest.approx((0.75 * drawing.width, 0.75 * drawing.height), abs=0.01)
    text = page.get_textpage().get_text_range()
    assert ("AddBackward0" if which[1] == "graph" else "closed form") in text
    assert document.get_metadata_dict()["Title"] == drawing.title
    drawn = np.asarray(page.render(scale=1 / 0.75).to_pil().convert("RGB"), dtype=float)
    other = np.asarray(Image.open(io.BytesIO(png(drawing, 1))).convert("RGB"), dtype=float)
    assert drawn.shape == other.shape
    off = np.abs(drawn - other)
    assert off.mean() < 3  # of 255: they smooth edges differently
    assert (off.max(axis=2) > 96).mean() < 0.02


def test_the_graph_has_every_value_and_adjoint(drawings):
    """Of x² + y² at (3, 4): values 3, 4, 9, 16, 25, and adjoints 6, 8, 1, 1, 1."""
    text = pypdfium2.PdfDocument(pdf(drawings[LESSON, "graph", "print"]))[0].get_textpage().get_text_range()
    words = text.split()
    for number in ("9", "16", "25"):
        assert number in words
    assert [words.count(name) for name in ("value", "adjoint")] == [5, 5]
    assert [words.count(f"{sign}") for sign in ("AddBackward0", "PowBackward0")] == [1, 2]
    assert "∇f = (6, 8)" in text


def test_the_table_has_every_digit(drawings):
    text = pypdfium2.PdfDocument(pdf(drawings[LESSON, "table", "light"]))[0].get_textpage().get_text_range()
    rows = re.sub(r"\s", "", text)
    for digits in ("6.0999999999999943", "8.0999999999999872", "5.9999999999999964", "0(exact)", "0.141"):
        assert digits in rows


def test_print_has_no_colour(drawings):
    for which in SHOWN:
        if which[2] == "print":
            colours = re.findall(r"#([0-9A-Fa-f]{6})", svg(drawings[which]))
            channels = np.array([[int(colour[k : k + 2], 16) for k in (0, 2, 4)] for colour in colours])
            assert np.ptp(channels, axis=1).max() <= 4


def test_same_input_gives_the_same_bytes():
    one, other = (snapshot_of_link(CURVE) for _ in range(2))
    for ending in ("curve.svg", "curve.pdf", "curve.png"):
        assert bytes_of(one, format_of(f"a.{ending}")) == bytes_of(other, FORMATS[ending])


@pytest.mark.parametrize("scale", [1.0, 1.37])
def test_no_paper_shines_through_between_cells(scale):
    """On paper of another colour every pixel of the sheet is the same but for those on its outline."""
    palette = palette_of("light")
    figure = paint(panel_of(snapshot_of_link(CURVED), "surface").picture.figure, palette)
    scene = scene_of(figure, (500, 400))
    images = []
    for paper in ("#FF00FF", "#00FF00"):
        drawing = Drawing(500, 400)
        drawing.rect((0, 0, 500, 400), paper)
        draw_sheet(Scaled(drawing, (0, 0), 1.0), scene, palette)
        images.append(np.asarray(Image.open(io.BytesIO(png(drawing, scale))).convert("RGB"), dtype=int))
    bare = (images[0] == [255, 0, 255]).all(axis=2)
    inside = ~binary_dilation(bare, iterations=2)
    assert inside.sum() > 20_000
    assert np.abs(images[0] - images[1])[inside].max() <= 6  # of 255; with seams half as wide 41


@pytest.mark.parametrize(
    ("text", "point", "name", "sentence"),
    [
        ("x^2", "3", "surface", "A function of one variable has no surface: its picture is the curve."),
        ("x^2", "3", "map", "A function of one variable has no map: its picture is the curve."),
        ("x y", "3, 1", "curve", "A curve is the picture of one variable: here it is the surface."),
    ],
)
def test_a_function_without_that_picture_says_why(text, point, name, sentence):
    snapshot = snapshot_of({**link.values_in({})[0], link.FUNCTION: text, link.POINT: point})
    assert why_no_picture(name, snapshot.reading) == sentence
    with pytest.raises(GradvizError, match=re.escape(sentence)):
        bytes_of(snapshot, FORMATS[f"{name}.svg"])


def test_the_camera_of_the_link_turns_the_scene():
    turned = snapshot_of_link(f"{LESSON}&cam=2,-0.5,0.9,0,0,-0.1,0,0,1")
    figure = paint(panel_of(turned, "surface").picture.figure, palette_of("light"))
    scene = scene_of(figure, (960, 600), (2, -0.5, 0.9, 0, 0, -0.1, 0, 0, 1))
    np.testing.assert_allclose(scene.camera.eye, [2, -0.5, 0.9])
    middle = scene.sees(np.array([0, 0, -0.2]))  # what it looks at, in scene units
    np.testing.assert_allclose(middle, [480, 300], atol=1e-9)
    assert svg(picture(turned, "surface")) != svg(picture(snapshot_of_link(LESSON), "surface"))


def test_the_arrows_on_the_floor_end_inside_the_picture():
    """Matyas: the gradient points over the edge of the floor that is nearest to the eye."""
    preset = next(preset for preset in PRESETS if preset.name == "Matyas")
    snapshot = snapshot_of({**link.values_in({})[0], **link.values_of(preset)})
    text = svg(picture(snapshot, "surface"), embed=False)
    clip = re.search(r'<clipPath id="clip0"><path d="M([\d.]+) ([\d.]+)H([\d.]+)V([\d.]+)H', text)
    assert clip is not None
    left, top, right, bottom = map(float, clip.groups())
    floor = text.partition('"on-floor"')[2].partition("</g>")[0]
    heads = re.findall(r'd="M([-\d.]+) ([-\d.]+)l[^"]*z"', floor)
    assert len(heads) == 5
    for x, y in heads:
        assert left < float(x) < right
        assert top < float(y) < bottom - 5


@pytest.mark.parametrize("theme", THEMES)
def test_every_theme_has_each_colour(theme):
    assert all(re.fullmatch(r"#[0-9A-Fa-f]{6}|@.*", colour) for colour in palette_of(theme).values())
    with pytest.raises(GradvizError, match="none of the themes"):
        palette_of("sepia")


@pytest.mark.parametrize(
    ("fault", "gradient", "says"),
    [
        ("", "∇f = (6, 8)", False),
        ("&fault=factor&where=2.0", "∇f = (1, 8)", True),  # the adjoint 1 is handed on to x₁ as it is
        ("&fault=sign&where=2.0", "∇f = (−6, 8)", True),
        ("&fault=sign&where=77.0", None, True),  # no such edge: somewhere, as on the page
        ("&fault=sign&where=2.0&node=2", "∇f = (−6, 8)", True),  # a node is for large graphs
    ],
)
def test_the_graph_has_the_fault_that_the_link_plants(fault, gradient, says):
    snapshot = snapshot_of_link(f"?f=x1^2%2Bx2^2&at=3,4{fault}&v=2")
    drawing = picture(snapshot, "graph")
    text = pypdfium2.PdfDocument(pdf(drawing))[0].get_textpage().get_text_range()
    if gradient is None:
        assert "∇f = (6, 8)" not in text
    else:
        assert gradient in text
    assert (FAULTY in text) == (FAULTY in drawing.description) == says


def test_a_halo_lies_under_its_letters_for_whoever_draws_it(drawings):
    """As elements in this order: a stroke that is to be drawn first, many draw last, over the letters."""
    text = svg(drawings[LESSON, "errors", "light"])
    assert "paint-order" not in text
    below: list[str] = []
    for element in ET.fromstring(text).iter(f"{SVG}text"):
        if element.get("aria-hidden"):
            assert element.get("stroke") == element.get("fill") == palette_of("light")["paper"]
            below.append("".join(element.itertext()))
        else:
            assert element.get("stroke") is None
            if below:
                assert "".join(element.itertext()) == below.pop()
    assert not below
    assert text.count("aria-hidden") >= 8  # the names of the lines, and what they say
