"""Draws: planned windows, wishes, the dealing that anybody can check, its published record."""
