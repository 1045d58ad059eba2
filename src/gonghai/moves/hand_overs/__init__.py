"""Hand-overs: one person's whole book, given to their lead, to heirs or to pools in one batch."""
