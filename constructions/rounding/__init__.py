"""What rounding, and precision that grows, add to the theorems or take from them."""
