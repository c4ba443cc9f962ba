"""A national centre's year, made up and lived through: see `bench.national_year`."""
