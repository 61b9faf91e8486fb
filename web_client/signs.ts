import type { Plugin } from "vite";

const SIGN = /\/@lucide\/svelte\/dist\/icons\/[\w-]+\.svelte$/;
type Shape = [tag: string, attributes: Record<string, string>];

/**
 * Compiles each of lucide's signs as the markup it draws. Lucide's own component gathers the attributes
 * of every shape anew each time: that was a fifth of the work of the first view.
 */
export function signs(): Plugin {
  return {
    name: "palier-signs",
    enforce: "pre",
    transform: {
      filter: { id: SIGN },
      handler(code, id) {
        const drawn = /const iconData = (\{.*\});/.exec(code)?.[1];
        if (drawn === undefined) throw new Error(`${id} is not written as signs.ts reads it`);
        const { node, size } = JSON.parse(drawn) as { node: Shape[]; size: number };
        return { code: markup(node, size), map: null };
      },
    },
  };
}

/** All our signs stand beside words: nobody hears them. */
function markup(shapes: Shape[], side: number): string {
  const drawn = shapes.map(([tag, attributes]) => `<${tag}${Object.entries(attributes).map(([name, value]) => ` ${name}="${value}"`).join("")} />`);
  return `<script>let { size = ${side} } = $props();</script>
<svg width={size} height={size} viewBox="0 0 ${side} ${side}" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${drawn.join("")}</svg>`;
}
