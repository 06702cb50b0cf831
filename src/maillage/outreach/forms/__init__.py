"""What people type about visits, firms and campaigns."""
