"""Fifty thousand phones from one worker, beside two other senders on the same TLS sink."""
