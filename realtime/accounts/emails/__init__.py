"""E-mails as claims until a mailed link is opened: confirm, forgot, reset."""
