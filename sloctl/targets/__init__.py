"""Output targets: how rules are written for whatever evaluates them. One module per target."""
