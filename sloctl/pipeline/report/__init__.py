"""What became of the error budgets: figures from a server, and the pages and files that show them."""
