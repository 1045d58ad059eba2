"""Import and export: files in and out of the customers, row by row, with every fault told."""
