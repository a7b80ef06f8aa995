"""The formula as it was typed: a small immutable tree, its operations, and how it is written again."""
