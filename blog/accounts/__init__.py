"""The author's account: signing in, sessions, the one-time link, passwords."""
