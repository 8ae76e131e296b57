"""Pictures of what was decided, as png, svg or pdf."""
