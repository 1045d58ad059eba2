"""The append-only log: audit, history and outbox in one."""
