"""What pictures are made of: theme, arrows, lines, contours, arrays and ticks."""
