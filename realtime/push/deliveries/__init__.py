"""What reached which device, and what it said of that."""
