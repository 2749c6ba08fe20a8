"""Background work: claimed from rows that the journal wrote in its own transaction; bounded retries, one lane in order.

A lane is a stream unless the event says otherwise, so the work of one visit is done in the order of its journal while
other visits go on. A job that fails for the last time is marked dead, stays visible, and lets its lane go on.
"""
