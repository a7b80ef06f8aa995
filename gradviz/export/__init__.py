"""The typed function in forms that leave the page."""
