"""Alerts of residents: their kinds and life, who may raise them, whom they reach."""
