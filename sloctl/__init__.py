"""sloctl compiles SLOs and alerts kept as YAML into Prometheus rules, and lints every alert."""

__version__ = "0.1.0"
