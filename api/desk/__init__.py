"""The office's desk: pages for planners, section heads, leaders, legal office, supervisors and administrators.

A page reads through the same readers as the JSON routes of `api.office` and writes through the same verbs; it holds no
rule. One folder an area; what all of them share lies here (`docs/desk.md`).
"""
