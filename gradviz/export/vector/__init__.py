"""Pictures as vectors: a small painter, and its SVG, PDF and PNG.

A picture is a :class:`.drawing.Drawing`, paths and words in their order, from which ``svg``, ``pdf`` and
``png`` write a file. Nothing in it is a raster.
"""
