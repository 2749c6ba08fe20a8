"""One whole year of an authority: from the item list to the annual report, on a clock of its own."""
