"""Who keeps whom away: two members between whom one of them put a block never meet alone."""
