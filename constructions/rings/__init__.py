"""Groups by diagonal layers over finite rings, where sums wrap around: what 2603.01959 doesn't cover."""
