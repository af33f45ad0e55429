"""A rolling upgrade with real processes: ``soglas run`` of an older commit and of this one, together on one database."""
