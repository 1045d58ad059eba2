"""Follow-ups: what was done about a customer, and whether it counts."""
