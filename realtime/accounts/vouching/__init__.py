"""Two neighbours who know somebody: the way in that needs no letter."""
