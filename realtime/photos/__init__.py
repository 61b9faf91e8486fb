"""Take a photo safely: decoded apart from everything else, kept as pixels only."""
