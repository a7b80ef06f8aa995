"""Streamlit's ``AppTest``, which looks through the installed packages once, as a server does.

By itself each one reads what every installed package says of itself, in search of components: twice the work
of drawing the page.
"""

from functools import cache

from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

__all__ = ["AppTest"]

manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)
