"""Races, crashes and lost connections that a review has found."""
