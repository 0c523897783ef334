"""`sloctl audit`: what the alerts of a live server did to the people they call."""
