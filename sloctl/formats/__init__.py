"""Input formats: where rules stand in the files that people have. One module per format."""
