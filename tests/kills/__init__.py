"""Real processes of the whole bot, ended with kill -9 at any instant while people tap."""
