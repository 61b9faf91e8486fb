"""Who a member is, for everyone: level, household, home cell, topics followed, rights."""
