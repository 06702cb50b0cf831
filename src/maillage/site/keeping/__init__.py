"""Nothing lost: backups, their restoring, and leaving with everything (ADR 0014).

tables, values, snapshot    what is kept, the text of each value on any database, one moment of it
members, cipher, manifest   the files of a backup, their secrecy, the page that vouches for them
files                       what the instance keeps beside its database
backup, leaving             reading it all out: as a backup, or as CSV and Parquet with a schema
restore, door               checking what was kept; putting it back, by the one verified door
"""
