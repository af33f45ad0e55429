"""Figures, each beside the goal it is held against. Run as scripts; the ordinary suite does not collect them."""
