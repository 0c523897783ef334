"""A service becomes the rule groups that measure and guard it."""
