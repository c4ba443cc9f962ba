"""What only a caseworker may read: sealed before it reaches the database."""
