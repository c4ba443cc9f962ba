"""`python -m jikimi.cli`, the same as `jikimi`."""

from jikimi.cli import main

main()
