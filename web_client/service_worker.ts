import { createHash } from "node:crypto";
import type { Plugin, Rolldown } from "vite";

// Larger ones that the first page does not need (the map) are kept when they were used once.
const WORTH_KEEPING_AT_ONCE_BYTES = 60_000;

/** Builds `entry` as /sw.js and writes into it the list of files to keep for offline starts. */
export function serviceWorker(entry: string): Plugin {
  return {
    name: "palier-service-worker",
    apply: "build",
    config: () => ({
      build: {
        rolldownOptions: {
          input: { index: "index.html", sw: entry },
          output: {
            entryFileNames: (chunk: { name: string }) => (chunk.name === "sw" ? "sw.js" : "assets/[name]-[hash].js"),
          },
        },
      },
    }),
    generateBundle(_options, bundle) {
      const worker = bundle["sw.js"];
      if (worker?.type !== "chunk") throw new Error("the service worker was not built");
      const first = firstLoad(bundle);
      const files = Object.values(bundle)
        .filter((file) => file.fileName.startsWith("assets/") && (first.has(file.fileName) || sizeOf(file) < WORTH_KEEPING_AT_ONCE_BYTES))
        .map((file) => `/${file.fileName}`)
        .sort();
      const release = createHash("sha256").update(files.join()).digest("hex").slice(0, 12);
      worker.code = worker.code.replace("__FILES__", files.join()).replace("__RELEASE__", release);
    },
  };
}

/** The entry and every chunk it imports at once. */
function firstLoad(bundle: Rolldown.OutputBundle): Set<string> {
  const found = new Set<string>();
  const visit = (name: string) => {
    const file = bundle[name];
    if (file?.type !== "chunk" || found.has(name)) return;
    found.add(name);
    file.imports.forEach(visit);
  };
  for (const file of Object.values(bundle)) if (file.type === "chunk" && file.isEntry && file.fileName !== "sw.js") visit(file.fileName);
  return found;
}

function sizeOf(file: Rolldown.OutputAsset | Rolldown.OutputChunk): number {
  return file.type === "chunk" ? file.code.length : file.source.length;
}
