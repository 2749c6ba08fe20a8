"""Two visits of one object that turn out to be one (sync.md §2.10): links, and what they make one of."""
