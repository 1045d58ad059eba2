"""The record: fields, ownership and spells, search."""
