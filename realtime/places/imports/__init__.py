"""A commune's address file (BAL 1.3 and 1.4, BAN CSV), read row by row, forgivingly."""
