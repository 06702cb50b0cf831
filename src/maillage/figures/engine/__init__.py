"""From a definition to SQL and back: the only place that knows Ibis's compilers and the connection."""
