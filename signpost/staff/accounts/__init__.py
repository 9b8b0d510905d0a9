"""Accounts of staff: who they are, how they sign in, for how long."""
