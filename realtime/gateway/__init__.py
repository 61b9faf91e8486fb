"""The socket edge: sessions, dispatch, replay, one file per command family. Decides nothing."""
