"""What people write to the bot, and what each phrase means."""
