"""SLI kinds: how a promise is measured. One module per kind."""
