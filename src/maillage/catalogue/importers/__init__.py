"""What comes in by file about the catalogue: providers and services of data·inclusion, schemes for professionals."""
