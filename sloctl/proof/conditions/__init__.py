"""What is proven of each alert condition. One module per kind."""
