// After a refused form the first field at fault takes the focus.

import { tick } from "svelte";

export async function focusFirst(form: HTMLFormElement): Promise<void> {
  await tick();
  form.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
}
