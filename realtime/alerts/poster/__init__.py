"""The poster of an alert: an A4 page for lamp posts, and the public page its code leads to."""
