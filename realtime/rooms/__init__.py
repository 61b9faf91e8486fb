"""Street, neighbourhood, group and direct rooms: conversations, messages, read pointers."""
