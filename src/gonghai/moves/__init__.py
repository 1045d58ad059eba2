"""Create, claim, release, recycle, assign, transfer, move pool, archive, restore, hand over."""
