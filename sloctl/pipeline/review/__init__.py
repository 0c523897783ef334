"""One document for one change: are the rules up to date, is the lint clean, what does it mean for people."""
