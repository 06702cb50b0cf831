"""What people type about places, sessions and welcomes."""
