"""Typed text to tree: spelling, lexer, words, parser, and the limits that hold before any work."""
