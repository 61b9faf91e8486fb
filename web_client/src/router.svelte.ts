// The address bar. Links are plain links; this takes their clicks, keeps where the reader was on
// each page of the history, and hands out the path.

export class Router {
  path = $state.raw(location.pathname);
  search = $state.raw(location.search);

  #places = new Map<string, number>();

  constructor() {
    history.scrollRestoration = "manual";
    addEventListener("popstate", () => this.#arrive());
    document.addEventListener("click", (click) => this.#follow(click));
  }

  go(href: string, { replace = false } = {}): void {
    this.leave();
    if (replace) history.replaceState({ id: this.#entry() }, "", href);
    else history.pushState({ id: crypto.randomUUID() }, "", href);
    this.#arrive();
  }

  back(fallback: string): void {
    if (history.state !== null && history.length > 1) history.back();
    else this.go(fallback, { replace: true });
  }

  /** Remembers how far the reader was on this page. */
  leave(): void {
    const scroller = document.querySelector("[data-scroller]");
    if (scroller !== null) this.#places.set(this.#entry(), scroller.scrollTop);
  }

  /** Where the reader was, null on a first visit. */
  placeHere(): number | null {
    return this.#places.get(this.#entry()) ?? null;
  }

  #arrive(): void {
    this.path = location.pathname;
    this.search = location.search;
  }

  #entry(): string {
    return (history.state as { id?: string } | null)?.id ?? "first";
  }

  #follow(click: MouseEvent): void {
    const link = click.target instanceof Element ? click.target.closest("a[href]") : null;
    if (!(link instanceof HTMLAnchorElement) || click.defaultPrevented || click.button !== 0) return;
    if (click.metaKey || click.ctrlKey || click.shiftKey || click.altKey || link.target !== "" || link.origin !== location.origin) return;
    if (link.hash !== "" && link.pathname === location.pathname) return;
    click.preventDefault();
    this.go(link.pathname + link.search);
  }
}
