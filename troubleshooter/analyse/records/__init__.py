"""Records: what a service, an agent or a tool says of one thing, in whatever form it was printed or pasted.

A form (JSON, a table, a list of `Name : value`, …) becomes plain mappings; the walk knows the records among
them by their keys, however a tool spells these, and says what each says. No form knows a record, no record a
form.
"""
