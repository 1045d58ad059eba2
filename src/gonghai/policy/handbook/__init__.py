"""A pool's published rules as sentences that people read: made from the rules, a section per file; who has confirmed them."""
