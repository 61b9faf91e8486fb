"""Loading addresses: a file of any size appears at once, and what it replaces is swept away.

A load is an edition. Its rows are invisible until its communes point to it.
"""
