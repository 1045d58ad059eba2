"""The web edge: parse, authenticate, call one action for a write, compose reads, render."""
