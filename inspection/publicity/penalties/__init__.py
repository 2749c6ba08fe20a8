"""行政处罚: penalties decided in consequence of inspections, their publication, and their annulment."""
