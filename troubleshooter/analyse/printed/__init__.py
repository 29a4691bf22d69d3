"""What people paste and tools print, as lines of their own and as plain documents.

A page is a text as it was before a terminal, a mail or a quote changed its lines. Each form (JSON in a text,
tables, lists of names and values, rows of comma-separated values) gives documents; none knows a record.
"""
