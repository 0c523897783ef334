"""Reports of findings. One module per format."""
