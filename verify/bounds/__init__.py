"""Resources against what the theorems allow: protocols with every bit counted, width against precision."""
