"""A code by post: who receives mail at an address lives there."""
