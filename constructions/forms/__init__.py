"""The forms of a layer: where recurrence, convolution and scan trees agree, and the shortest words where they don't."""
