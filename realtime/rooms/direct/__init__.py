"""Direct threads: two members, one thread, the first message a request."""
