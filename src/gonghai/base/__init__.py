"""Settings, database, errors, clock, queue: knows no business."""
