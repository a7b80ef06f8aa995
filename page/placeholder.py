"""The first document of a server that has just started, or is busy: the boxes of the page, without a picture.

They stand where :mod:`page.first` has them once the package is loaded, and hide the page in the same way
until it is drawn. So nothing is seen to jump for the first visitor either.
"""

from __future__ import annotations

from urllib.parse import parse_qs

from page.sheets import FIRST_STYLE, STAGE_STYLE

TITLE = "gradviz: see gradients"
STARTING = "The server has just started: the picture comes in a moment."
BUSY = "Many have come at once: the picture comes in a moment."
LONGEST_QUERY = 20_000  # letters
# Level lines in the picture's place, as the gallery draws a bowl.
PICTURE = (
    '<svg viewBox="0 0 96 96" width="96" height="96" aria-hidden="true"><rect width="96" height="96" '
    'fill="#8882"/><g fill="none" stroke="#8886">'
    + "".join(f'<circle cx="48" cy="48" r="{radius}"/>' for radius in (12, 22, 29, 35, 40, 45))
    + "</g></svg>"
)


def placeholder(query: str, waiting: str = STARTING) -> tuple[str, str]:
    """What the document of a link has in its head and in its body; no part that its page will not have.

    The sentence ``waiting`` says why there is no more.
    """
    entries = parse_qs(query) if len(query) <= LONGEST_QUERY else {}
    hidden = set(",".join(entries.get("hide", [])).split(","))
    if entries.get("present", [""])[-1] == "1":
        hidden |= {"bar", "dock"}
    head = f"<title>{TITLE}</title>\n<style>{FIRST_STYLE}</style>\n"
    body = (
        f'<div id="gradviz-first">{"" if "bar" in hidden else "<header><b>∇ gradviz</b></header>"}'
        f"{'' if 'headline' in hidden else f'<p>{waiting}</p>'}"
        f"<figure>{PICTURE}</figure>{'' if 'dock' in hidden else '<footer></footer>'}</div>"
        f"<style>{STAGE_STYLE}</style>"
    )
    return head, body
