"""What keeps the page up for many at once, and tells how it does: probes, metrics, limits."""
