"""Fifty thousand phones from one worker, then two, beside other senders on the same TLS sink."""
