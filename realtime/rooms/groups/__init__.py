"""Groups: rooms that neighbours make, for those who live around their founder."""
