"""How each SLI kind is fed with events. One module per kind."""
