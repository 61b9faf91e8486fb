"""Does what was promised: jobs of the outbox, schedules, expiry, retention."""
