"""`python -m industria` is the command line."""

from industria.app.main import main

if __name__ == "__main__":
    main()
