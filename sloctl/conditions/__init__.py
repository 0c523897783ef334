"""Alert conditions: what a threshold alert watches. One module per kind."""
