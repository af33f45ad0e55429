"""A request and its rules."""
