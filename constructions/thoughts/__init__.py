"""Models with chain of thought, and streaming algorithms: 2604.14501."""
