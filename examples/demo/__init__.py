"""The SMS help line on real servers: a gateway to break, Prometheus and its companions, a pager that listens."""
