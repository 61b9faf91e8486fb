"""Find messages by their words, room, author and date; only among what the reader may read."""
