"""Send a mail: words from templates, by SMTP or, without one, into a folder to look at."""

from realtime.mail.letter import Letter
from realtime.mail.post import FolderPost, Post, SmtpPost, open_post

__all__ = ["FolderPost", "Letter", "Post", "SmtpPost", "open_post"]
