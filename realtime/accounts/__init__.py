"""Sign-up, sign-in, visitor access and address verification."""
