"""Pages of needs and referrals."""
