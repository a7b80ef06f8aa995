"""Cuts Streamlit's font of 4,000 icons down to those that it or the page draws: page/icons.

    python -m venv /elsewhere && /elsewhere/bin/pip install fonttools==4.68.0 brotli==1.2.1
    /elsewhere/bin/python bundle/icons.py STREAMLIT

``STREAMLIT`` is the folder of the installed package. To be run anew after an upgrade of Streamlit, or for
another icon; tests/page/test_static.py tells when.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # only a run needs it, and only there it is installed
    from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parents[1]
NAME = re.compile(r":material/(\w+):")
# Those whose name is put together as the page runs, and some that the next button is likely to want.
MORE = {
    *("play_arrow", "pause", "stop", "replay", "skip_next", "skip_previous", "movie", "photo_camera"),
    *("download", "save", "share", "print", "qr_code", "fullscreen", "help", "settings", "undo", "redo"),
    *("delete", "edit", "search", "group", "school", "lock", "wifi", "animation"),
}


def names(streamlit: Path) -> set[str]:
    """The icons that Streamlit's scripts and the page's modules name."""
    paths = [*(streamlit / "static" / "static" / "js").glob("*.js"), *(ROOT / "page").rglob("*.py")]
    return MORE.union(*(NAME.findall(path.read_text(encoding="utf-8")) for path in paths))


def cut(font: TTFont, wanted: set[str]) -> set[str]:
    """Keep the ``wanted`` icons, each a ligature of the letters of its name; those that there are."""
    from fontTools.subset import Options, Subsetter

    letters = {name: chr(code) for code, name in font.getBestCmap().items()}
    kept: dict[str, str] = {}
    for lookup in font["GSUB"].table.LookupList.Lookup:
        for table in lookup.SubTable:
            ligatures = getattr(table, "ExtSubTable", table).ligatures
            for first, rows in list(ligatures.items()):
                ligatures[first] = []
                for row in rows:
                    name = "".join(letters.get(glyph, "?") for glyph in [first, *row.Component])
                    if name in wanted:
                        ligatures[first].append(row)
                        kept[name] = row.LigGlyph
                if not ligatures[first]:
                    del ligatures[first]
    options = Options(layout_features=["*"], name_IDs=["*"], notdef_outline=True, glyph_names=False)
    subsetter = Subsetter(options)
    subsetter.populate(glyphs=kept.values(), text="".join(kept))
    subsetter.subset(font)
    return {*kept}


def main(streamlit: Path) -> None:
    """Write the font, and which one it stands for."""
    from fontTools.ttLib import TTFont

    (path,) = (streamlit / "static" / "static" / "media").glob("MaterialSymbols-Rounded.*.woff2")
    font = TTFont(path, recalcTimestamp=False)
    kept = sorted(cut(font, names(streamlit)))
    font.flavor = "woff2"
    font.save(ROOT / "page" / "icons" / "icons.woff2")
    told = {"in place of": path.name, "names": kept}
    (ROOT / "page" / "icons" / "icons.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
