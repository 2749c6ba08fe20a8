"""A deterministic, seeded simulator of tablets, their network and the server (sync.md §2.15).

One seed gives one *trace*: what people, tablets, the office and the network do, and what goes wrong. The trace runs
against two servers behind one interface: the production verbs over a store of dictionaries (`memory`, thousands of
seeds), and the whole application through HTTP on a real database (`served`). A safety phase with faults is followed by
a liveness phase with a healed network; then the invariants are asserted (`invariants`). `planted` holds bugs that the
invariants must catch. `python -m tests.simulator SEED` replays one seed.
"""
