"""A simulated authority at work: office people, and tablets that go offline, work, and come back; all through HTTP.

Nothing in here is used by the server; `fieldcheck simulate`, `fieldcheck demo`, the tests and the benchmarks drive it.
Time, ids and randomness come from a seed, so the same seed makes the same days.
"""
