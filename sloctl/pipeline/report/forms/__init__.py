"""The forms of a report: each module is one, known by the name of its file."""
