"""What the rules would have recorded: pure computation over series, without a server."""
