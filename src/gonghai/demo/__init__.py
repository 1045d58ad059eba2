"""Makes a company to look at or to learn in: people, pools, policies, and customers with a past."""
