"""The demo as a visitor meets it: a real browser, the real bot, both stand-ins."""
