// Which rows of a long list to build. Heights are guessed until they are measured; the reader's
// place is an anchor, a row and how far above the edge it starts, so measuring never moves the page. Pure.

export type Anchor = { readonly index: number; readonly above: number };
export type Span = { readonly from: number; readonly to: number; readonly before: number; readonly after: number };

const GUESS_PX = 76;
// Rows built beyond each edge: about one screen, so that a flick finds them ready.
const BEYOND_PX = 900;

export class Heights {
  #known = new Map<string, number>();
  #tops: Float64Array = new Float64Array(1);
  #ids: readonly string[] = [];

  /** Lays the rows out again. */
  lay(ids: readonly string[]): void {
    this.#ids = ids;
    this.#tops = new Float64Array(ids.length + 1);
    for (let index = 0; index < ids.length; index += 1) {
      this.#tops[index + 1] = this.top(index) + (this.#known.get(ids[index] ?? "") ?? GUESS_PX);
    }
  }

  /** True when the row's height is news. */
  measure(id: string, height: number): boolean {
    if (Math.abs((this.#known.get(id) ?? -1) - height) < 0.5) return false;
    this.#known.set(id, height);
    return true;
  }

  /** Forgets rows that are no longer in the list. */
  prune(): void {
    if (this.#known.size < this.#ids.length + 500) return;
    const present = new Set(this.#ids);
    for (const id of this.#known.keys()) if (!present.has(id)) this.#known.delete(id);
  }

  get total(): number {
    return this.top(this.#ids.length);
  }

  top(index: number): number {
    return this.#tops[index] ?? 0;
  }

  /** The row at a height of the list. */
  at(y: number): number {
    let low = 0;
    let high = this.#ids.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.top(middle) <= y) low = middle;
      else high = middle - 1;
    }
    return Math.max(0, low);
  }

  span(y: number, view: number): Span {
    if (this.#ids.length === 0) return { from: 0, to: 0, before: 0, after: 0 };
    const from = this.at(y - BEYOND_PX);
    const to = this.at(y + view + BEYOND_PX) + 1;
    return { from, to, before: this.top(from), after: this.total - this.top(to) };
  }

  anchor(y: number): Anchor {
    const index = this.at(y);
    return { index, above: y - this.top(index) };
  }
}
