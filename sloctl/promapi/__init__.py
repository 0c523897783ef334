"""The HTTP API of Prometheus and of servers that speak it: the only place that imports requests."""
