"""How often alerts would have fired: the rules of today over the history of a server."""
