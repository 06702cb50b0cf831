"""Sources of the register: each module reads one, as `parse → diff → apply` (`docs/how-to/add-an-importer.md`)."""
