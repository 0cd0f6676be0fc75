"""`python app.py` serves the instance; `flask run` finds the application here."""

from groupsched import create_app

if __name__ == "__main__":
    from groupsched.cli import main

    main(["serve"])
else:
    app = create_app()
