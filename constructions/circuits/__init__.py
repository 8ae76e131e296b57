"""Threshold circuits of constant depth: numbers in circuits, and models compiled into circuits."""
