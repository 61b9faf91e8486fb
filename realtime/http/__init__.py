"""The HTTP edge: pages, sign-up, sign-in, verification, health, metrics. Decides nothing."""
