"""A page's live line on which nothing comes down until it is let through."""

from __future__ import annotations

from playwright.sync_api import Page, WebSocketRoute


class HeldLine:
    """Made before the page is opened. It holds from the start."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.waiting: list[str | bytes] = []
        self.lines: list[WebSocketRoute] = []
        self.holds = True
        page.route_web_socket("**/socket.io/**", self.begin)

    def begin(self, line: WebSocketRoute) -> None:
        self.lines.append(line)
        line.connect_to_server().on_message(self.hear)

    def hear(self, frame: str | bytes) -> None:
        if self.holds:
            self.waiting.append(frame)
        else:
            self.lines[-1].send(frame)

    def hold(self) -> None:
        self.holds = True

    def wait_for(self, words: str) -> None:
        """Until a frame with these words is held."""
        while not any(words in str(frame) for frame in self.waiting):
            self.page.wait_for_timeout(20)

    def let_through(self, *, newest_first: bool = False) -> None:
        for frame in reversed(self.waiting) if newest_first else self.waiting:
            self.lines[-1].send(frame)
        self.waiting = []
        self.holds = False
