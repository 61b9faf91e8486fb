"""What members say of themselves to those around: opted in, by name, never by place."""
