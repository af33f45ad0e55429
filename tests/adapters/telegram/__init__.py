"""The real bot against the strict stand-in for Telegram, judged by Telegram's own parser."""
