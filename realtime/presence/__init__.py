"""Who is here now: ephemeral, invisible unless its owner shows it, never in the journal."""
