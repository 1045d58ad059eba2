"""Requests: one mechanism for all that needs somebody's yes; each kind says who may ask and what a yes does."""
