"""Runs the command line as `python -m server.commands`."""

from server.commands import main

main()
