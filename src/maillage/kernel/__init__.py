"""Pure notions shared by every package: identifiers, periods, money, time, errors. No framework here."""
