"""Telegram: how cards look there, how messages go out, how taps and words come in. Uses python-telegram-bot's client."""
