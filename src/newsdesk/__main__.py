"""``python -m newsdesk``: the same as the command ``newsdesk``."""

from newsdesk.cli import main

if __name__ == "__main__":
    main()
