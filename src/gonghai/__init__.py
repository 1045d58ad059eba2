"""Gonghai (公海): a CRM built round the shared customer pool."""
