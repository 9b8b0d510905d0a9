"""The staff's workbench: a process of its own, beside the bot, that imports no Rasa."""
