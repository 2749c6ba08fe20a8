"""监管链: who did what with the evidence of a visit, from the shutter to the court (media.md §3.3).

Each visit has a chain of its own, the journal's stream `custody:<visit>`: every line names an act and the entry or the
line of the journal that it comes from. What follows from the record and the journal is a pure rule (`rule`, `acts`);
what happens in a request (an original was opened, a bundle was handed out) is noted there (`note`).
"""
