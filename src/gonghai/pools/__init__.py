"""Pool definitions: scopes, admins, masks, reasons, limits."""
