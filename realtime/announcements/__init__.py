"""Organisations, the territory they may address, and what they publish there."""
