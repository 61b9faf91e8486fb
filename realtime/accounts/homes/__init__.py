"""Where accounts live: sealed addresses, keyed hashes of doors, quotas per door and building."""
