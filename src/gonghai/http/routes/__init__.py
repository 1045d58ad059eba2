"""One file per noun of the API; each defines `router`."""
