"""What the bot should have said: proposed by whoever tries it, decided by a lead, kept as tests."""
