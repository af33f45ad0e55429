"""``python -m bot`` is ``soglas``."""

from bot.commands import main

if __name__ == "__main__":
    main()
