"""History for a new SLO: what the rules would have recorded."""
