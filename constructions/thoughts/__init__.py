"""Models with chain of thought, and streaming algorithms: 2604.14501.

What belongs here thinks, while it reads (`streaming_cot`, `serial_cot`, `linear_scores`, `composition_cot`) or at the
end (`offline_cot`); turns such models back into streaming algorithms (`streaming_from_cot`); or shows two streams that
too few bits confuse (`too_few_bits`).
"""
