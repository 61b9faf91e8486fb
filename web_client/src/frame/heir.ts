// A focus is not lost. When what had it goes, its neighbour takes it, and the next key goes on from
// there; what could not have it for a moment gets it back.

/** Watches a part of the page until the function it gives is called. Who has a better heir names it before the next frame. */
export function heir(whole: Element): () => void {
  let last: Element | null = null;
  const had = (event: Event) => void (last = event.target as Element);
  const left = ({ target }: Event) => queueMicrotask(() => {
    if (last === target && canHave(target as Element)) last = null; // by choice
  });
  const watch = new MutationObserver((changes) => {
    if (last === null) return;
    const goneWith = (node: Node) => changes.find(({ removedNodes }) => [...removedNodes].some((one) => one.contains(node)));
    let gone = goneWith(last);
    while (gone !== undefined && !gone.target.isConnected) gone = goneWith(gone.target);
    if (gone === undefined && document.activeElement !== document.body) return;
    const before = last;
    requestAnimationFrame(() => {
      if (document.activeElement !== document.body) return;
      if (canHave(before)) take(before);
      else if (gone !== undefined) take(neighbourOf(gone) ?? whole.querySelector("h1"));
    });
  });
  whole.addEventListener("focusin", had);
  whole.addEventListener("focusout", left);
  watch.observe(whole, { childList: true, subtree: true, attributeFilter: ["disabled"] });
  return () => {
    watch.disconnect();
    whole.removeEventListener("focusin", had);
    whole.removeEventListener("focusout", left);
  };
}

function canHave(one: Element): boolean {
  return one.isConnected && !one.matches(":disabled");
}

/** What stands there now, or before it; null where nothing is left. */
function neighbourOf({ target, previousSibling }: MutationRecord): Element | null {
  if (!(target instanceof Element)) return null;
  const shown = [...target.children].filter((one) => one instanceof HTMLElement && one.offsetHeight > 1);
  const after = (one: Element) => !previousSibling?.isConnected || (previousSibling.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
  return shown.find(after) ?? shown.at(-1) ?? null;
}

function take(one: Element | null): void {
  if (!(one instanceof HTMLElement)) return;
  const own = one.tabIndex >= 0 || one.hasAttribute("tabindex");
  if (!own) one.tabIndex = -1;
  one.focus({ preventScroll: true });
  if (!own) one.addEventListener("blur", () => one.removeAttribute("tabindex"), { once: true });
}
