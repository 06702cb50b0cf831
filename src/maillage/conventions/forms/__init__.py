"""What people type about conventions and their money; no field takes a result."""
