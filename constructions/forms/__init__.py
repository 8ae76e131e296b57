"""The forms of a layer: where recurrence, convolution and scan trees agree, and the shortest words where they don't.

What belongs here holds two ways of evaluating the *same* weights against each other. The ways themselves are
`exactssm.evaluation`; what rounding does to one layer, however it is evaluated, has the folder `rounding`.
"""
