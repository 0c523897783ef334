"""Names of other tools: our figures recorded once more, as the dashboards of those tools read them."""
