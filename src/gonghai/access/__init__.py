"""Who may do what: the permission table and the Actor, a value. Knows no table."""
