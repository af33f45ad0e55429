"""What the bot answers when people ask: who asks, about what, and the answer as lines. Sends nothing, knows no messenger."""
