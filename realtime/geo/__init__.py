"""Where things are: cells (geohash squares), areas (shapes), coverings (cells that hold one)."""
