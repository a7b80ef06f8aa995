"""The solids, read again by trimesh: a GLB that stands upright in its colours, an STL that can be printed."""

from __future__ import annotations

import io
import json
import struct
from typing import Any

import numpy as np
import pytest
import trimesh

from gradviz.errors import GradvizError
from gradviz.export.files import FORMATS, bytes_of
from gradviz.export.gltf import glb
from gradviz.export.meshes import Mesh, clipped, grid_triangles
from gradviz.export.snapshot import Snapshot, snapshot_of, snapshot_of_link
from gradviz.export.stl import _is_closed, solid, stl, written
from gradviz.figures import palettes
from gradviz.link import values_in
from gradviz.link.reading import values_of
from gradviz.presets import PRESETS, Preset
from gradviz.reading.parser import parse
from gradviz.surface import sample

LESSON = "?f=x1^2%2Bx2^2&at=3,4&v=2"
LAYERED = "?f=sin(x)*y&at=1,2&v=2&more=plane,level,slices,path,field,digits,lens"
LINKS = {
    "lesson": LESSON,
    "layers": LAYERED,
    "hole": "?f=sqrt(x^2%2By^2-1)&at=2,2&v=2",
    "corners that touch": "?f=sqrt(x*y)&at=1,1&v=2",
    "pole": "?f=1/(x*y)&at=1,1&v=2",
    "kink": "?f=abs(x)%2Babs(y)&at=0,0&v=2",
    "slice": "?f=x^2*y%2Bz&at=1,2,3&v=2",
    "overflow": "?f=exp(exp(x*y))&at=1,1&v=2",
    "plain": "?f=0*x%2B0*y%2B5&at=1,1&v=2",
}


def scene_in(content: bytes) -> trimesh.Scene:
    return trimesh.load(io.BytesIO(content), file_type="glb", force="scene")


def body_in(content: bytes) -> trimesh.Trimesh:
    return trimesh.load(io.BytesIO(content), file_type="stl", force="mesh")


def document_in(content: bytes) -> dict[str, Any]:
    """The JSON of a GLB, by the layout of the format."""
    mark, version, length = struct.unpack_from("<4sII", content)
    assert (mark, version, length) == (b"glTF", 2, len(content))
    size, kind = struct.unpack_from("<I4s", content, 12)
    assert (kind, size % 4) == (b"JSON", 0)
    return json.loads(content[20 : 20 + size])


def opened(preset: Preset) -> Snapshot:
    return snapshot_of({**values_in({})[0], **values_of(preset)})


@pytest.fixture(scope="module")
def lesson() -> trimesh.Scene:
    return scene_in(glb(snapshot_of_link(LESSON)))


@pytest.fixture(scope="module", params=LINKS, ids=str)
def snapshot(request: pytest.FixtureRequest) -> Snapshot:
    return snapshot_of_link(LINKS[request.param])


def at_heights_of_f(places: np.ndarray, snapshot: Snapshot) -> float:
    """How far heights are from an affine function of f over the window, as a share of their spread.

    ``places`` (v, 3) are x, y and height, whatever their units; x and y fill the window.
    """
    reading = snapshot.reading
    point = np.tile(reading.point, (len(places), 1))
    for column, (axis, (low, high)) in enumerate(zip(reading.axes, reading.window, strict=True)):
        x = places[:, column]
        point[:, axis] = low + (high - low) * (x - x.min()) / np.ptp(x)
    f = reading.field(point)
    columns = np.stack([f, np.ones_like(f)], axis=1)
    fit = np.linalg.lstsq(columns, places[:, 2], rcond=None)[0]
    assert fit[0] > 0
    return float(np.abs(columns @ fit - places[:, 2]).max() / np.ptp(places[:, 2]))


# --- GLB ---


def test_the_lesson_stands_upright_on_a_desk(lesson: trimesh.Scene):
    assert lesson.bounds[0][1] == 0
    sheet = lesson.geometry["f"]
    assert np.ptp(sheet.vertices[:, 0]) == pytest.approx(0.3)
    places = sheet.vertices[:, [0, 2, 1]] * [1, -1, 1]  # x, y and height, as glTF has them
    assert at_heights_of_f(places, snapshot_of_link(LESSON)) < 1e-6
    assert (sheet.vertex_normals[:, 1] > 0).all()


def test_arrows_point_along_the_gradients_of_their_methods():
    document = document_in(content := glb(snapshot_of_link(LESSON)))
    scene = scene_in(content)
    arrows = {node["name"]: node["extras"] for node in document["nodes"] if "method" in node["extras"]}
    assert [about["method"] for about in arrows.values()] == [
        "symbolic",
        "forward",
        "backward",
        "central",
        "backprop",
    ]
    forward = arrows["arrow: forward"]
    assert forward["gradient"] == pytest.approx([6.1, 8.1])
    for name, about in arrows.items():
        vertices = scene.geometry[name].vertices
        middle = np.mean([vertices.min(axis=0), vertices.max(axis=0)], axis=0)
        way = np.linalg.svd(vertices - middle)[2][0]  # the long axis of the rings
        slope = np.array(about["gradient"])
        # uphill in x and y; the rise is that of the tangent plane: |∇f| for a step of 1 along it
        across = np.array([way[0], -way[2]])
        assert abs(across @ slope) == pytest.approx(np.hypot(*across) * np.hypot(*slope), rel=2e-3), name
        assert (across @ slope) * way[1] > 0


def test_of_arrows_that_lie_in_one_another_each_is_seen():
    """Each has rings all along the arrow, and no ring hides in that of another."""
    scene = scene_in(glb(snapshot_of_link(f"{LESSON}&eps=1e-6")))
    corners = {name: body.triangles for name, body in scene.geometry.items() if name.startswith("arrow: ")}
    assert len(corners) == 5
    every = np.concatenate(list(corners.values())).reshape(-1, 3)
    along = np.linalg.svd(every - every.mean(axis=0))[2][0]
    rings = []
    for name, triangles in corners.items():
        ends = np.sort(triangles @ along, axis=1)[:, [0, 2]]
        sides = np.unique(ends[np.ptp(ends, axis=1) > 1e-4].round(5), axis=0)
        assert len(sides) >= 4, name
        rings += sides.tolist()
    rings = np.unique(np.array(rings).round(4), axis=0)
    assert len(rings) == 4 * 5
    assert (rings[1:, 0] >= rings[:-1, 1] - 2e-4).all()


def test_colours_are_those_of_the_page_in_linear_light(lesson: trimesh.Scene):
    palette = palettes()["light"]

    def srgb(light: np.ndarray) -> np.ndarray:
        return np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)

    def named(name: str) -> np.ndarray:
        return np.array([int(palette[name][i : i + 2], 16) for i in (1, 3, 5)])

    sheet = lesson.geometry["f"]
    colours = 255 * srgb(np.asarray(sheet.visual.vertex_attributes["color"])[:, :3] / 65535)
    order = np.argsort(sheet.vertices[:, 1])
    np.testing.assert_allclose(colours[order[0]], named("height0"), atol=0.6)
    np.testing.assert_allclose(colours[order[-1]], named("height3"), atol=0.6)
    for label, method in (("forward", "forward"), ("back-propagation", "backprop")):
        factor = np.asarray(lesson.geometry[f"arrow: {label}"].visual.material.baseColorFactor, dtype=float)
        np.testing.assert_allclose(255 * srgb(factor[:3] / 255), named(method), atol=2.5)


def test_a_scene_is_a_sound_file_whatever_is_in_it(snapshot: Snapshot):
    content = glb(snapshot)
    document = document_in(content)
    binary = content[-document["buffers"][0]["byteLength"] :]
    sizes = {5126: 4, 5123: 2, 5125: 4}
    parts = {"SCALAR": 1, "VEC3": 3, "VEC4": 4}
    for accessor in document["accessors"]:
        view = document["bufferViews"][accessor["bufferView"]]
        size = sizes[accessor["componentType"]]
        assert view["byteOffset"] % 4 == 0
        assert view["byteLength"] == accessor["count"] * parts[accessor["type"]] * size
        if "min" in accessor:
            values = np.frombuffer(binary, "<f4", view["byteLength"] // 4, view["byteOffset"]).reshape(-1, 3)
            assert np.isfinite(values).all()
            assert accessor["min"] == values.min(axis=0).tolist()
            assert accessor["max"] == values.max(axis=0).tolist()
    scene = scene_in(content)
    assert scene.bounds[0][1] == 0
    assert (scene.extents < 0.7).all()
    for body in scene.geometry.values():
        np.testing.assert_allclose(np.linalg.norm(body.vertex_normals, axis=1), 1, atol=1e-5)
        assert body.faces.max() < len(body.vertices)


def test_layers_are_in_the_scene():
    names = set(scene_in(glb(snapshot_of_link(LAYERED))).geometry)
    assert {"tangent plane", "level curve", "steepest descent", "gradient field", "slice"} <= names


def test_presets_can_be_printed():
    for preset in PRESETS:
        if len(preset.point) >= 2:
            content = bytes_of(opened(preset), FORMATS["stl"])
            assert len(content) < 3e6
            assert body_in(content).is_watertight, preset.name


def test_the_scene_is_cut_at_its_box():
    square = np.array([[-2.0, -2, 0], [2, -2, 0], [-2, 2, 0], [2, 2, 0]])
    upwards, grey = np.tile([0.0, 0, 1], (4, 1)), np.full((4, 3), 0.5)
    mesh = Mesh("square", square, grid_triangles(np.ones((2, 2), dtype=bool)), upwards, grey)
    part = clipped(mesh, np.array([1.0, 0.5, 1.0]))
    assert np.abs(part.vertices).max(axis=0) == pytest.approx([1.0, 0.5, 0.0])
    assert trimesh.Trimesh(part.vertices, part.triangles).area == pytest.approx(2 * 1)
    assert (np.cross(*np.diff(part.vertices[part.triangles], axis=1).swapaxes(0, 1))[:, 2] > 0).all()


# --- STL ---


def test_a_solid_can_be_printed(snapshot: Snapshot):
    body = body_in(stl(snapshot))
    assert body.is_watertight
    assert body.is_winding_consistent
    assert body.volume > 0
    assert body.bounds[0].tolist() == [0, 0, 0] or "sqrt" in snapshot.reading.field.text
    assert body.extents.max() <= 100.001
    assert body.bounds[0][2] == 0


def test_the_printed_surface_is_that_of_f():
    for link in (LESSON, LINKS["slice"]):
        snapshot = snapshot_of_link(link)
        body = body_in(stl(snapshot))
        tops = body.vertices[body.vertices[:, 2] > 0]
        assert len(tops) == 101 * 101
        assert at_heights_of_f(tops, snapshot) < 1e-6
        assert tops[:, 2].min() == pytest.approx(4)


def test_the_volume_of_the_lesson_by_hand():
    """A floor of 4 mm, and the bowl x² + y² over a square: its mean height is a third of the highest."""
    volume = body_in(stl(snapshot_of_link(LESSON))).volume
    highest = np.ptp(body_in(stl(snapshot_of_link(LESSON))).vertices[:, 2]) - 4
    assert volume == pytest.approx(100 * 100 * (4 + highest / 3), rel=1e-3)


# f in a window of ±4 around the origin, and how far a place is from the edge of its domain: on paper. In the
# last three it runs along the grid or through points of it.
EDGES = [
    ("sqrt(x^2 + y^2 - 1)", lambda x, y: np.hypot(x, y) - 1),
    ("sqrt(4 - x^2 - y^2)", lambda x, y: 2 - np.hypot(x, y)),
    ("asin(x) + y^2", lambda x, y: 1 - np.abs(x)),
    ("sqrt(y - x/3) + x", lambda x, y: (y - x / 3) / np.hypot(1, 1 / 3)),
    ("sqrt(x y)", lambda x, y: np.where(x * y >= 0, np.minimum(np.abs(x), np.abs(y)), -1)),
]


@pytest.mark.parametrize(("text", "inside"), EDGES, ids=[text for text, _ in EDGES])
def test_a_solid_ends_on_the_edge_of_the_domain(text, inside):
    """And is closed there: the vertices that have moved onto one another are one."""
    surface = sample(parse(text), ((-4, 4), (-4, 4)), 101)
    body = body_in(written(solid(surface), text))
    assert body.is_watertight
    assert body.is_winding_consistent
    depth = inside(*(body.vertices[:, :2] * 0.08 - 4).T)
    assert depth.min() > -1e-5
    walls = body.vertices[body.faces][np.abs(body.face_normals[:, 2]) < 1e-6].reshape(-1, 3)
    x, y, _ = walls.T * 0.08 - np.array([[4], [4], [0]])
    within = np.maximum(np.abs(x), np.abs(y)) < 4 - 1e-6
    # but for what is narrower than a thousandth of a cell
    assert inside(x[within], y[within]).max() < 1e-4


def test_a_solid_that_meets_itself_is_not_closed():
    whole = solid(sample(parse("x^2 + y^2"), ((-1, 1), (-1, 1)), 5))
    assert _is_closed(whole)
    assert not _is_closed(whole[1:])
    assert not _is_closed(np.concatenate([whole, whole]))
    turned = whole.copy()
    turned[0] = turned[0, ::-1]
    assert not _is_closed(turned)


# --- both ---


def test_the_same_bytes_again():
    for made in (glb, stl):
        assert made(snapshot_of_link(LESSON)) == made(snapshot_of_link(LESSON))


@pytest.mark.parametrize(
    ("link", "ending", "sentence"),
    [
        ("?f=x^2&at=1&v=2", "glb", "f needs two variables for one"),
        ("?f=x^2&at=1&v=2", "stl", "f needs two variables for one"),
        ("?f=sqrt(-1-x^2-y^2)&at=1,1&v=2", "stl", "There is nothing to print"),
    ],
)
def test_no_solid_of_no_surface(link: str, ending: str, sentence: str):
    with pytest.raises(GradvizError, match=sentence):
        bytes_of(snapshot_of_link(link), FORMATS[ending])
