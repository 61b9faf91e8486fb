// Calls `read` once what it is used on was really before the reader's eyes for a moment.

const LONG_ENOUGH_MS = 900;

export type Shown = { read(): void; mark: number };

export function shownWhile(node: HTMLElement, given: Shown): { update(given: Shown): void; destroy(): void } {
  let current = given;
  let visible = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const wait = () => {
    clearTimeout(timer);
    if (visible && document.visibilityState === "visible") timer = setTimeout(() => current.read(), LONG_ENOUGH_MS);
  };
  const observer = new IntersectionObserver((entries) => {
    visible = entries.at(-1)?.isIntersecting ?? false;
    wait();
  }, { threshold: 0.6 });
  observer.observe(node);
  document.addEventListener("visibilitychange", wait);
  return {
    update(next) {
      const moved = next.mark !== current.mark;
      current = next;
      if (moved) wait();
    },
    destroy() {
      clearTimeout(timer);
      observer.disconnect();
      document.removeEventListener("visibilitychange", wait);
    },
  };
}
