"""Files of words, and words in disguise: written, read and checked."""
