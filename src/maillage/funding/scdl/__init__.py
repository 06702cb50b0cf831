"""The schema «subventions» of the common base of local data (SCDL): its columns, how people write them, its checks."""
