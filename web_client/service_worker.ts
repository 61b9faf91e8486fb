import { createHash } from "node:crypto";
import type { Plugin } from "vite";

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
      const files = Object.keys(bundle).filter((name) => name.startsWith("assets/")).map((name) => `/${name}`).sort();
      const release = createHash("sha256").update(files.join()).digest("hex").slice(0, 12);
      worker.code = worker.code.replace("__FILES__", files.join()).replace("__RELEASE__", release);
    },
  };
}
