"""What the compiled rules mean: promtool evaluates them over series whose right answers were worked out by hand."""
