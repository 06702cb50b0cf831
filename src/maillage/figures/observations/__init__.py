"""Observations of a whole territory, up to France: what the register's history says of births, closures, survival.

    from maillage.figures.observations import building
    building.build(files, out, ...)

Rules are written once as Ibis expressions and run on DuckDB or on Spark; engines are only ever loaded by
the command that builds, never by the web process.
"""
