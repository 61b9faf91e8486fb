import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import type { Plugin } from "vite";

const WORTHWHILE_BYTES = 1_000;

/** Leaves a .br and a .gz beside each text file: the server picks the one the browser takes. */
export function compressed(): Plugin {
  let folder = "dist";
  return {
    name: "palier-compressed",
    apply: "build",
    configResolved: (config) => void (folder = config.build.outDir),
    closeBundle() {
      for (const name of readdirSync(folder, { recursive: true, encoding: "utf-8" })) {
        const file = join(folder, name);
        if (!/\.(js|css|svg|webmanifest)$/.test(name) || statSync(file).size < WORTHWHILE_BYTES) continue;
        const content = readFileSync(file);
        writeFileSync(`${file}.br`, brotliCompressSync(content));
        writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }));
      }
    },
  };
}
