"""The word problem of S5 in disguise: games of chess, programs that swap, stories of trades."""
