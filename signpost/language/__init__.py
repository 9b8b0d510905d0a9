"""What a message says beside its concern: the platform, an age, who is asking. spaCy, no Rasa."""
