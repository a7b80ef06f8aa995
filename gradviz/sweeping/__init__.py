"""The error of every method over the step: the sweep, its regions, and the truth it is judged by."""
