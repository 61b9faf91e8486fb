"""Visitors who never stayed are forgotten; a card on its way keeps them longer."""
