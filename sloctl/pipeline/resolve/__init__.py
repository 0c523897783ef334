"""A document becomes a service with SLOs and alerts, or findings."""
