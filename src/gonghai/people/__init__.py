"""Tenants, the calendar's own days, departments, persons, sign-in, links and keys."""
