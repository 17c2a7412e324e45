"""
The sandbox's Visual Practice: the source's REST API over a generated practice or an export folder.

Not a client of it, and imported by nobody but the sandbox's own command.
"""
