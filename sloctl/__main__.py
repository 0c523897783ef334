"""`python -m sloctl` is the command `sloctl`."""

from sloctl.cli.main import main

if __name__ == "__main__":
    main()
