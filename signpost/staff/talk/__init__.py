"""Try it: conversations with the bot, and why it answered as it did."""
