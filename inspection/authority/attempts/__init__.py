"""What is counted of those who try: how often they ask, and by which names."""
