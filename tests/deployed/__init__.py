"""The instance as it is deployed: real processes, a real proxy, a database that is stopped on purpose."""
