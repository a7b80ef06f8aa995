"""Numbers with proved bounds, and the operations of the tree on them."""
