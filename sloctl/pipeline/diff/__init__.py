"""What a change of specs means for the people on call."""
