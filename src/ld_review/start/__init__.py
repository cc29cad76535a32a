"""The first day: what a repository holds, and what to write into it so that its pages are reviewed."""
