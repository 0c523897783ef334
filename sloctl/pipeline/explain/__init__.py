"""What specs, alerts and codes mean, in words and numbers."""
