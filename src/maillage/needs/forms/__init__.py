"""What people type about needs and referrals."""
