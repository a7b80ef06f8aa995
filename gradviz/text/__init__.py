"""How numbers, lists and letters are written, for everything that writes."""
