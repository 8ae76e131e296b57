"""Groups, automata and monoids that a person names: classified, tracked, emulated, and explained."""
