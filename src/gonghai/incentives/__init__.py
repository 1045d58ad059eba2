"""Points, seasons, leaderboards, earned limits: what good work brings. Reads what happened; never moves a customer."""
