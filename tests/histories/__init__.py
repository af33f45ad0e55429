"""Stored streams of events that every later version must still understand."""
