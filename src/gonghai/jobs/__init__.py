"""The worker: background jobs out of the queue in PostgreSQL."""
