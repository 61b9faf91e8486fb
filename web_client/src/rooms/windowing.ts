// Which rows of a long list to build. Heights are guessed until they are measured; the reader's
// place is an anchor, a row and how far above the edge it starts, so measuring never moves the page. Pure.

/** `whole`: all that belongs to it is built. */
export type Span = { readonly from: number; readonly to: number; readonly before: number; readonly after: number; readonly whole: boolean };

const GUESS_PX = 76;
// Rows built beyond each edge: about one screen, so that a flick finds them ready. Those that are not
// needed at once come a few with each frame: a long jump is no long frame.
const BEYOND_PX = 900;
const AT_ONCE_PX = 100;
const A_FRAME = 4;
// Measured rows that left the list are remembered up to this many.
const FORGOTTEN_ROWS = 500;

export class Heights {
  #known = new Map<string, number>();
  // A row's slot stays when rows come in above it: its index is the slot less the first one.
  #slots = new Map<string, number>();
  #first = 0;
  #sizes: Float64Array = new Float64Array(0);
  #tops: Float64Array = new Float64Array(1);
  #ids: readonly string[] = [];
  #dirty = 0;

  /** Takes the rows as they are now. Those before and behind a change are not looked at one by one. */
  lay(ids: readonly string[]): void {
    const old = this.#ids;
    const [head, tail] = common(old, ids);
    // The longer of the two keeps its slots.
    const grown = ids.length - old.length;
    if (tail > head) this.#first -= grown;
    const [from, to] = tail > head ? [0, ids.length - tail] : [head, ids.length];
    for (const id of old.slice(head, old.length - tail)) this.#slots.delete(id);
    for (let index = from; index < to; index += 1) this.#slots.set(ids[index] ?? "", index + this.#first);
    const sizes = new Float64Array(ids.length);
    sizes.set(this.#sizes.subarray(0, head));
    sizes.set(this.#sizes.subarray(old.length - tail), ids.length - tail);
    for (let index = head; index < ids.length - tail; index += 1) sizes[index] = this.#known.get(ids[index] ?? "") ?? GUESS_PX;
    [this.#ids, this.#sizes, this.#tops] = [ids, sizes, new Float64Array(ids.length + 1)];
    this.#dirty = 0;
    this.settle();
    if (this.#known.size > ids.length + FORGOTTEN_ROWS) for (const id of this.#known.keys()) if (!this.#slots.has(id)) this.#known.delete(id);
  }

  /** True when the row's height is news; `settle` then puts the rows below it. */
  measure(id: string, height: number): boolean {
    if (Math.abs((this.#known.get(id) ?? -1) - height) < 0.5) return false;
    this.#known.set(id, height);
    const index = this.index(id);
    if (index < 0) return false;
    this.#sizes[index] = height;
    this.#dirty = Math.min(this.#dirty, index);
    return true;
  }

  settle(): void {
    for (let index = this.#dirty; index < this.#ids.length; index += 1) {
      this.#tops[index + 1] = (this.#tops[index] ?? 0) + (this.#sizes[index] ?? 0);
    }
    this.#dirty = this.#ids.length;
  }

  index(id: string): number {
    const slot = this.#slots.get(id);
    return slot === undefined ? -1 : slot - this.#first;
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

  /** What to build for a view at `y`, of which `built` is there already. */
  span(y: number, view: number, built: { from: number; to: number } = { from: -1, to: -1 }): Span {
    if (this.#ids.length === 0) return { from: 0, to: 0, before: 0, after: 0, whole: true };
    const least = { from: this.at(y - AT_ONCE_PX), to: this.at(y + view + AT_ONCE_PX) + 1 };
    const most = { from: this.at(y - BEYOND_PX), to: this.at(y + view + BEYOND_PX) + 1 };
    const joined = built.from >= 0 && built.from < least.to && built.to > least.from ? built : least;
    const from = Math.max(most.from, Math.min(least.from, joined.from - A_FRAME));
    const to = Math.min(most.to, Math.max(least.to, joined.to + A_FRAME));
    return { from, to, before: this.top(from), after: this.total - this.top(to), whole: from === most.from && to === most.to };
  }
}

/** How many items two lists have in common at their beginning, and at their end besides. */
export function common<Item>(before: readonly Item[], after: readonly Item[]): [head: number, tail: number] {
  const most = Math.min(before.length, after.length);
  let head = 0;
  while (head < most && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < most - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail += 1;
  return [head, tail];
}
