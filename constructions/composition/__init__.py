"""Function composition and counting: depth, width and precision against each other: 2604.14501.

What belongs here composes functions, or counts, without thoughts; proves that too little of something doesn't
(`communication`, `protocols`, `exact_minima`, `one_coordinate`); or bounds what a one-pass algorithm must remember.
With thoughts it is in the folder `thoughts`.
"""
