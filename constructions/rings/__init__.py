"""Groups by diagonal layers over finite rings, where sums wrap around: what 2603.01959 doesn't cover.

What belongs here is about arithmetic that is exact, and finite: which groups one layer tracks, found by search among
affine actions, listed for small moduli, and decided by laws that the groups of a ring obey.
"""
