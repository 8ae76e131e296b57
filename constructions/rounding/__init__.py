"""What rounding, and precision that grows, add to the theorems or take from them.

What belongs here needs an arithmetic that rounds, or one whose numbers grow with the word, and asks what the theorems
of exact layers become there. That forms of a layer then differ has the folder `forms`.
"""
