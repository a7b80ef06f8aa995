"""The picture in the browser's tab: ∇, as an address that holds it, so that nothing has to be fetched."""

from urllib.parse import quote

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">'
    '<path d="M5 8h54L32 60zM16.5 16L32 47l15.5-31z" fill="#5b87b3" fill-rule="evenodd"/></svg>'
)
TAB_ICON = f"data:image/svg+xml,{quote(SVG)}"
