"""The outside worlds the bot talks with, one folder each."""
