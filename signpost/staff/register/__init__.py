"""Keep the advice: browse it, change it with a second person, sign it off, publish it."""
