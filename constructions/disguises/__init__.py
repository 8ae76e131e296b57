"""The word problem of S5 in disguise: games of chess, programs that swap, stories of trades.

What belongs here turns words of a group into texts of something else, letter by letter (`homomorphism`), with the rules
by which such texts are read, written out independently of the group.
"""
