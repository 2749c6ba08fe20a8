"""Real processes that are killed, starved and lied to, under load: what was acknowledged is held against the store."""
