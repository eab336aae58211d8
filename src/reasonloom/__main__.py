"""`python -m reasonloom` is `loom`: what launchers of several processes call."""

from reasonloom.cli import main

if __name__ == "__main__":
    main()
