"""Reading what comes in by file, in a process that may run out of memory or time alone.

No module of this folder knows the framework, a database or a domain. `parent` is the door: it starts
`child`, which reads one file within hard limits and sends its rows back as plain text.
"""
