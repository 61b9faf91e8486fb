"""Web Push: which phones ring for what, and how a message reaches them."""
