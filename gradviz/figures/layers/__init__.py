"""What can be drawn besides, by choice: one file per layer, and the table that collects them."""
