"""Function composition and counting: depth, width and precision against each other: 2604.14501."""
