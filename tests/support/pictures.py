"""Reading what a picture holds."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray


def unpacked(spec: Mapping[str, str]) -> NDArray[Any]:
    """The array behind the compact form of ``packed``."""
    array = np.frombuffer(base64.b64decode(spec["bdata"]), dtype="<" + spec["dtype"])
    return array.reshape([int(length) for length in spec["shape"].split(",")]) if "shape" in spec else array
