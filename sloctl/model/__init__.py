"""What is compiled: services, SLOs, alerts, rules, and the arithmetic of error budgets."""
