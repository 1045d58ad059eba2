"""What the history shows: facts with their lists, for managers, admins and auditors. Reads; never moves a customer."""
