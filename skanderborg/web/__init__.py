"""Pages: each route parses, calls one verb of the domain, and answers."""
