"""GitHub and GitLab, as far as one comment on a pull or merge request goes."""
