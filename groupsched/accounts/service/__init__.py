"""Verbs of the people room: people and roles, invitations, signing in, passwords. They flush and never commit."""
