"""The slide: large letters, all numbers, and a code that a camera reads."""

import ctypes
import io
import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pypdfium2
import pypdfium2.raw as raw
import pytest
import zxingcpp
from PIL import Image

from gradviz.export.files import FORMATS, format_of
from gradviz.export.slide import printed_address, slide
from gradviz.export.snapshot import Snapshot, snapshot_of_link
from gradviz.export.vector.pdf import pdf
from gradviz.export.vector.png import png
from gradviz.export.vector.svg import svg

PAGE = "https://gradviz.example.org/"
LINKS = {
    "two": f"{PAGE}?f=x1^2%2Bx2^2&at=3,4&eps=0.1&v=2",
    "one": f"{PAGE}?f=sin(x)/x&at=1.5&eps=0.01&v=2",
    "many": f"{PAGE}?f=ln(exp(a)%2Bexp(b)%2Bexp(c))-a&at=1,2,0.5&eps=1e-3&show=all&v=2",
}
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def snapshots() -> dict[str, Snapshot]:
    return {name: snapshot_of_link(address) for name, address in LINKS.items()}


@pytest.mark.parametrize("name", LINKS)
def test_every_letter_is_legible_from_the_last_row(snapshots, name):
    root = ET.fromstring(svg(slide(snapshots[name])))
    assert (root.get("width"), root.get("height")) == ("1920", "1080")
    assert not root.findall(f".//{SVG}image")
    sizes = [float(element.get("font-size")) for element in root.iter() if element.get("font-size")]
    assert len(sizes) > 40
    assert min(sizes) >= 14


def test_pdf_has_the_function_the_numbers_and_the_link(snapshots):
    written = pdf(slide(snapshots["two"]))
    page = pypdfium2.PdfDocument(written)[0]
    assert page.get_size() == (1440, 810)
    text = re.sub(r"\s+", "", page.get_textpage().get_text_range())
    for part in (
        "(6.1,8.1)",
        "(5.9,7.9)",
        "off0.14",
        "ε=0.1",
        "closedform",
        "back-propagation",
        "bestε,measured",
    ):
        assert part in text
    assert re.search(r"f\(x.*\)=x", text)
    assert b"/URI (https://gradviz.example.org/?f=x1%5E2%2Bx2%5E2" in written


def test_a_link_is_printed_whole_or_not_at_all():
    short = "https://gradviz.example.org/?f=sin%28x%29&at=1"
    assert printed_address(short) == "gradviz.example.org/?f=sin%28x%29&at=1"
    assert printed_address("https://gradviz.example.org/") == "gradviz.example.org/"
    assert printed_address(f"{short}&par={'a' * 300}") == "gradviz.example.org/…"


def test_pdf_and_png_show_the_same(snapshots):
    drawing = slide(replace(snapshots["one"], theme="dark"))
    drawn = np.asarray(
        pypdfium2.PdfDocument(pdf(drawing))[0].render(scale=1 / 0.75).to_pil().convert("RGB"), dtype=float
    )
    other = np.asarray(Image.open(io.BytesIO(png(drawing, 1))).convert("RGB"), dtype=float)
    assert drawn.shape == other.shape
    assert np.abs(drawn - other).mean() < 3


@pytest.mark.parametrize("theme", ["light", "dark", "print"])
def test_a_camera_reads_the_link(snapshots, theme):
    snapshot = replace(snapshots["two"], theme=theme)
    image = Image.open(io.BytesIO(png(slide(snapshot), 1)))
    found = zxingcpp.read_barcodes(image.crop((1600, 0, 1920, 260)))
    assert [code.text for code in found] == [snapshot.link]


def test_the_formats_are_the_slide(snapshots):
    assert FORMATS["svg"].made(snapshots["two"]) == svg(slide(snapshots["two"]))
    assert format_of("lecture.pdf") is FORMATS["pdf"]
    assert format_of("lecture.surface.pdf") is FORMATS["surface.pdf"]
    size = Image.open(io.BytesIO(FORMATS["png"].made(snapshots["two"]))).size
    assert size == (3840, 2160)


def test_a_pdf_has_tags_with_the_text_for_those_who_do_not_see_it(snapshots):
    """As PDFium reads them, which leaves out those of links; each link has one of its own."""
    drawing = slide(snapshots["two"])
    written = pdf(drawing)
    document, figure = _tags(pypdfium2.PdfDocument(written))
    assert (document[0], figure[0]) == ("Document", "Figure")
    keys = re.findall(rb"/Subtype /Link .*?/StructParent (\d+) ", written)
    assert [int(key) for key in keys] == [*range(1, written.count(b"/S /Link") + 1)]
    assert figure[1] == f"{drawing.title}. {drawing.description}"
    assert len(drawing.description) > 40


def _tags(document: pypdfium2.PdfDocument) -> list[tuple[str, str]]:
    """Kind and alternative text of each element of the first page, those in it after it."""
    tree = raw.FPDF_StructTree_GetForPage(document[0])
    found: list[tuple[str, str]] = []

    def text(read, element) -> str:
        size = read(element, None, 0)
        letters = ctypes.create_string_buffer(size)
        read(element, letters, size)
        return letters.raw.decode("utf-16-le").rstrip("\0")

    def walk(element) -> None:
        kind = text(raw.FPDF_StructElement_GetType, element)
        found.append((kind, text(raw.FPDF_StructElement_GetAltText, element)))
        for k in range(raw.FPDF_StructElement_CountChildren(element)):
            child = raw.FPDF_StructElement_GetChildAtIndex(element, k)
            if child:  # others are content
                walk(child)

    for k in range(raw.FPDF_StructTree_CountChildren(tree)):
        walk(raw.FPDF_StructTree_GetChildAtIndex(tree, k))
    raw.FPDF_StructTree_Close(tree)
    return found
