"""What comes from outside, broken at random: tars, status files, settings, logs, YAML, archives.

`corpus/` has a folder for each target with inputs to start from; what once broke something goes there too.
The default tests take a short look. Longer, with memory limited, over all targets or one:

    python -m tests.fuzz SECONDS [TARGET]

A failure prints its target and input as a Python literal and ends with 1.
"""
