"""The scene as a GLB file: it turns inside a slide, and stands on the desk through a phone.

glTF 2.0, https://registry.khronos.org/glTF/specs/2.0/glTF-2.0.html: metres, y up, colours linear in light.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradviz import content
from gradviz.errors import GradvizError
from gradviz.export.meshes import Mesh, meshes
from gradviz.export.snapshot import Snapshot
from gradviz.figures import paint, palettes
from gradviz.link import Reading
from gradviz.text.letters import plain_label
from gradviz.tree.printing import to_text
from gradviz.version import VERSION

WIDTH = 0.3  # metres of the wider side of the window
_FLOAT, _UNSIGNED_SHORT, _UNSIGNED_INT = 5126, 5123, 5125
_VERTICES, _INDICES = 34962, 34963
_TYPES = {"f": _FLOAT, "H": _UNSIGNED_SHORT, "I": _UNSIGNED_INT}


def why_no_surface(reading: Reading) -> str:
    """The sentence where f has too few variables for a surface; '' else."""
    return (
        "" if len(reading.axes) == 2 else "There is a solid of a surface, and f needs two variables for one."
    )


def glb(snapshot: Snapshot) -> bytes:
    """The scene of the page with its layers and the arrows of the shown methods, in the colours of light.

    A GradvizError where f has fewer than two variables, or the scene cannot be drawn.
    """
    if sentence := why_no_surface(snapshot.reading):
        raise GradvizError(sentence)
    answers, axes = snapshot.answers, snapshot.reading.axes
    labels = [*(plain_label(answers.field.variables[axis]) for axis in axes), "f"]
    bodies = standing(meshes(scene(snapshot), labels))
    about = {
        "function": to_text(answers.field.expression),
        "point": list(answers.typed),
        "link": snapshot.link,
    }
    for place, body in enumerate(bodies):
        if method := body.about.get("method"):
            gradient = answers.estimates[method].gradient.tolist()
            bodies[place] = replace(body, about={"method": method, "gradient": gradient})
    return written(bodies, about)


def scene(snapshot: Snapshot) -> dict[str, Any]:
    """The painted figure of the surface, as the page would show it."""
    chosen = replace(content.choices(snapshot.values), hidden=("map", "errors"))
    panels = content.pictures(snapshot.reading, snapshot.answers, chosen).panels
    if "surface" not in panels:
        raise GradvizError("The surface of this function cannot be drawn here.")
    return paint(panels["surface"].picture.figure, palettes()["light"])


def standing(bodies: Sequence[Mesh]) -> list[Mesh]:
    """``bodies`` of the scene in metres with y up, the lowest of them on the ground."""
    scale = WIDTH / 2
    ground = min(float(body.vertices[:, 2].min()) for body in bodies)
    placed = []
    for body in bodies:
        x, y, z = body.vertices.T
        across, along, up = body.normals.T
        vertices = np.stack([scale * x, scale * (z - ground), -scale * y], axis=-1)
        placed.append(replace(body, vertices=vertices, normals=np.stack([across, up, -along], axis=-1)))
    return placed


def written(bodies: Sequence[Mesh], about: Mapping[str, Any]) -> bytes:
    """The bytes of a GLB file with a node for each of ``bodies``; the same for the same bodies."""
    data = _Data()
    materials: list[dict[str, Any]] = []
    nodes, shapes = [], []
    for body in bodies:
        attributes = {
            "POSITION": data.add(body.vertices, "f", "VEC3", bounds=True),
            "NORMAL": data.add(body.normals, "f", "VEC3"),
        }
        light = _linear_light(body.colours)
        if (light == light[0]).all():  # some readers know the colour of a material alone
            material = _material(light[0], body.opacity)
        else:
            attributes["COLOR_0"] = data.add(np.rint(65535 * light), "H", "VEC4", normalized=True)
            material = _material(np.ones(4), body.opacity)
        if material not in materials:
            materials.append(material)
        kind = "H" if len(body.vertices) < 2**16 - 1 else "I"
        shape = {
            "attributes": attributes,
            "indices": data.add(body.triangles.reshape(-1), kind, "SCALAR", target=_INDICES),
            "material": materials.index(material),
            "mode": 4,
        }
        nodes.append({"name": body.name, "mesh": len(shapes), "extras": dict(body.about)})
        shapes.append({"name": body.name, "primitives": [shape]})
    document = {
        "asset": {"version": "2.0", "generator": f"gradviz {VERSION}", "extras": dict(about)},
        "scene": 0,
        "scenes": [{"name": about["function"], "nodes": list(range(len(nodes)))}],
        "nodes": nodes,
        "meshes": shapes,
        "materials": materials,
        "accessors": data.accessors,
        "bufferViews": data.views,
        "buffers": [{"byteLength": len(data.content)}],
    }
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    chunks = _chunk(b"JSON", text) + _chunk(b"BIN\0", bytes(data.content))
    return struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack("<I4s", len(content), kind) + content


class _Data:
    """The one buffer of the file while it is filled: each array at a multiple of four bytes."""

    def __init__(self) -> None:
        self.content = bytearray()
        self.views: list[dict[str, int]] = []
        self.accessors: list[dict[str, Any]] = []

    def add(
        self,
        values: NDArray[Any],
        kind: str,
        shape: str,
        *,
        bounds: bool = False,
        normalized: bool = False,
        target: int = _VERTICES,
    ) -> int:
        """The place of the new accessor; ``kind`` is a key of ``_TYPES``."""
        array = np.ascontiguousarray(values, dtype=f"<{np.dtype(kind).str[1:]}")
        raw = array.tobytes()
        view = {"buffer": 0, "byteOffset": len(self.content), "byteLength": len(raw), "target": target}
        accessor: dict[str, Any] = {
            "bufferView": len(self.views),
            "componentType": _TYPES[kind],
            "count": len(array),
            "type": shape,
        }
        if normalized:
            accessor["normalized"] = True
        if bounds:
            accessor |= {"min": array.min(axis=0).tolist(), "max": array.max(axis=0).tolist()}
        self.content += raw + b"\0" * (-len(raw) % 4)
        self.views.append(view)
        self.accessors.append(accessor)
        return len(self.accessors) - 1


def _linear_light(colours: NDArray[np.float64]) -> NDArray[np.float64]:
    """sRGB (v, 3) as linear light with full alpha (v, 4), 0 to 1. IEC 61966-2-1."""
    linear = np.where(colours <= 0.04045, colours / 12.92, ((colours + 0.055) / 1.055) ** 2.4)
    return np.column_stack([linear, np.ones(len(linear))])


def _material(colour: NDArray[np.float64], opacity: float) -> dict[str, Any]:
    """Matt, seen from both sides, with ``colour`` (4,) in linear light."""
    look: dict[str, Any] = {
        "pbrMetallicRoughness": {
            "baseColorFactor": [*np.round(colour[:3], 6).tolist(), opacity],
            "metallicFactor": 0.0,
            "roughnessFactor": 0.85,
        },
        "doubleSided": True,
    }
    return look | ({"alphaMode": "BLEND"} if opacity < 1 else {})
