"""What people are told: the inbox, the daily digest of what is about to fall. Reads what happened; never moves a customer."""
