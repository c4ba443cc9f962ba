"""`python -m jikimi.cli`, the same as `jikimi`."""

from jikimi.cli.main import main

main()
