"""What people ask of a negotiation: status, timeline, why, diff, since, replay, sources, portfolio."""
