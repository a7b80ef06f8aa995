"""The stage as one file: it opens from a folder, without a network.

The file holds the very scripts of the page, and Plotly as the page has it, compressed. It
asks for nothing from elsewhere, and its own policy forbids it.
"""

from __future__ import annotations

import base64
import gzip
import html
from functools import cache

from gradviz import content, sentences
from gradviz.errors import GradvizError
from gradviz.export.live import live_data
from gradviz.export.snapshot import Snapshot
from gradviz.figures.messages import as_json
from gradviz.scripts import bundled, plotly_script
from gradviz.version import VERSION

MOST = 6_000_000  # bytes
PLACE, DATA, PLOTLY = "gradviz-stage", "gradviz-data", "gradviz-plotly"  # the ids of the elements
POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; "
    "font-src data:; base-uri 'none'; form-action 'none'"
)
NO_SCRIPT = "With JavaScript there are pictures to turn here, and ε to move."


def html_document(snapshot: Snapshot) -> str:
    """The file. A GradvizError where it would be larger than 6 MB."""
    data = live_data(snapshot)
    field, answers = snapshot.reading.field, snapshot.answers
    headline = sentences.headline(answers, content.choices(snapshot.values).explained)
    document = f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<meta name="generator" content="gradviz {VERSION}">
<meta name="description" content="{html.escape(headline)}">
<title>{html.escape(content.page_title(field))}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ margin: 0; background: Canvas; }}
#{PLACE} {{ padding: .5rem clamp(.5rem, 1.6vw, 1.75rem) 1.5rem; min-height: 100vh; box-sizing: border-box; }}
</style>
</head>
<body>
<main id="{PLACE}"><h1>{html.escape(data["title"])}</h1><p>{html.escape(headline)}</p>
<noscript><p>{NO_SCRIPT}</p>{data["table"]}</noscript></main>
<script type="text/plain" id="{DATA}">{_compressed(as_json(data, "data"))}</script>
<script type="text/plain" id="{PLOTLY}">{_compressed_plotly()}</script>
<script type="module">
{bundled("live_file")}
openFile("{PLACE}", "{DATA}", "{PLOTLY}");
</script>
</body>
</html>
"""
    if len(document) > MOST:
        raise GradvizError(f"The file would be larger than {MOST // 1_000_000} MB: it tells of every step.")
    return document


def _compressed(text: str) -> str:
    """``text`` by gzip, the same bytes every time, in base64."""
    return base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()


@cache
def _compressed_plotly() -> str:
    return _compressed(plotly_script())
