"""Segments × timers: decide (pure), the due SELECT, explain, versions."""
