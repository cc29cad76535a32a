"""Live events: what a page tells of sessions that people come to at a time."""
