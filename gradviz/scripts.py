"""The browser's modules, as the package brings them: alone, or bundled into one that needs no server.

Reads files of the installed package, which no other module does. The page reads its modules by itself: its
server answers before this package is loaded.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path, PurePosixPath
from posixpath import normpath

FOLDER = Path(__file__).parent / "browser"
# Each import is one plain relative one: tests/page/test_scripts.py sees to that.
IMPORT = re.compile(r'^import ((?:[^"])*) from "(\.\.?/[\w/]+)\.js";$', re.MULTILINE)
EXPORT = re.compile(r"^export (?:(default) |(?:async )?function (\w+)|const (\w+)|class (\w+))", re.MULTILINE)
# Comments that fill whole lines; one before code on its line is a cast, and stays.
_COMMENT = re.compile(r"^[ \t]*(?:/\*(?:(?!\*/).)*\*/|//[^\n]*)[ \t]*\n", re.MULTILINE | re.DOTALL)


@cache
def scripts() -> dict[str, bytes]:
    """The text of each module by its name, without those of the tests. Read once."""
    return {
        path.relative_to(FOLDER).with_suffix("").as_posix(): path.read_bytes()
        for path in sorted(FOLDER.rglob("*.js"))
        if "test" not in path.relative_to(FOLDER).parts
    }


def imports_of(name: str) -> list[str]:
    """The modules that a module imports."""
    folder = PurePosixPath(name).parent
    return [normpath(folder / path) for _, path in IMPORT.findall(scripts()[name].decode())]


@cache
def bundled(name: str) -> str:
    """One ES module that does what ``name`` does with all that it imports, and has the same exports.

    Each module becomes a function with its own scope, called once, after those that it needs. A ValueError
    for a kind of export that is not known here.
    """
    parts = [_as_function(module) for module in _in_order(name)]
    exported = _exports(scripts()[name].decode())
    names = [f"export const {key} = {_variable(name)}.{key};" for key in exported if key != "default"]
    default = [f"export default {_variable(name)}.default;"] if "default" in exported else []
    text = "\n".join([*parts, *names, *default, ""])
    if re.search(r"</script|<!--", text, re.IGNORECASE):
        raise ValueError("a module would end the element of a document that it stands in")
    return text


def _in_order(name: str) -> list[str]:
    """``name`` and what it needs, each after what it needs itself."""
    found: dict[str, None] = {}

    def add(module: str) -> None:
        if module not in found:
            for needed in imports_of(module):
                add(needed)
            found[module] = None

    add(name)
    return list(found)


def _variable(name: str) -> str:
    """What a bundle calls a module."""
    return f"module_{name.replace('/', '_')}"


def _exports(text: str) -> list[str]:
    """The names that a module exports, ``default`` among them."""
    names = [next(filter(None, found)) for found in EXPORT.findall(text)]
    if len(names) != len(re.findall(r"^export\b", text, re.MULTILINE)):
        raise ValueError("an export of a kind that cannot be bundled")
    return names


def _as_function(name: str) -> str:
    """A module as a constant of its exports."""
    text = scripts()[name].decode()
    names = _exports(text)

    def imported(found: re.Match[str]) -> str:
        folder = PurePosixPath(name).parent
        what = re.sub(r"\bas\b", ":", re.sub(r"^\* as ", "", found[1]))
        return f"const {what} = {_variable(normpath(folder / found[2]))};"

    text = IMPORT.sub(imported, _COMMENT.sub("", text))
    text = re.sub(r"^export default ", "const default_export = ", text, flags=re.MULTILINE)
    text = re.sub(r"^export ", "", text, flags=re.MULTILINE)
    given = ", ".join("default: default_export" if key == "default" else key for key in names)
    return f"const {_variable(name)} = (() => {{\n{text}return {{ {given} }};\n}})();"


@cache
def plotly_script() -> str:
    """Plotly's script, with the traces that are drawn here; bundle/build.mjs builds it."""
    return (FOLDER.parent / "plotly" / "plotly.min.js").read_text(encoding="utf-8")
