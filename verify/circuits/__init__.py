"""Circuits against each other, and how they grow."""
