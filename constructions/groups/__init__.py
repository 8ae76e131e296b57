"""Groups by diagonal layers over exact complex numbers, and what these can't track: 2603.01959.

What belongs here tracks a group in characteristic 0 without rounding, or refutes layers that are to: one layer
(`one_layer`, `one_layer_finite`, ...), stacks (`subnormal_tracker`, `stack_refuter`, `too_few_layers`, ...), the
published architectures, and candidates drawn at random. Finite rings have the folder `rings`, rounding has `rounding`.
"""
