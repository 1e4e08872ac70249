"""The author's account: sign-in, sessions, one-time links, passwords."""
