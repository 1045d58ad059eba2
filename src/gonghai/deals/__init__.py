"""Deals: opportunities with a customer, open, won or lost."""
