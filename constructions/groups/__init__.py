"""Groups by diagonal layers over exact complex numbers, and what these can't track: 2603.01959."""
