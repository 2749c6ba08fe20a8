"""公示渠道: how published results reach other platforms, once each and in order, and what did not arrive."""
