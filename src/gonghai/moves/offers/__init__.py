"""Next best: the pool deals one customer at a time; accepting claims it, declining has its price."""
