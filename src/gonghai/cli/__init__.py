"""Command lines: starts things."""
