import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";
import { compressed } from "./compressed.ts";
import { serviceWorker } from "./service_worker.ts";
import { signs } from "./signs.ts";

// The server refuses inline styles and plain HTML strings (Content-Security-Policy with Trusted
// Types): components are built node by node ("tree"), their CSS lands in files, and every script
// of the first load carries the nonce that the server writes over `__NONCE__`.
export default defineConfig({
  plugins: [
    signs(),
    svelte({ compilerOptions: { fragments: "tree", css: "external" } }),
    serviceWorker("src/sw.ts"),
    compressed(),
  ],
  html: { cspNonce: "__NONCE__" },
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // One file for all that the first view needs, and one for the signs that several screens share:
    // each request costs a slow phone more than the bytes it carries. The worker stands alone.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: "first", tags: ["$initial"], test: (id) => !/\/src\/(sw|push\/worker)\.ts$/.test(id) },
            { name: "alerts", test: /\/src\/alerts\/(Strip\.svelte|kinds\.ts|words\.ts)|\/src\/alerts\/Sign/ },
            { name: "signs", test: /@lucide/, minShareCount: 2 },
          ],
        },
      },
    },
  },
  resolve: process.env.VITEST ? { conditions: ["browser"] } : {},
  test: { include: ["tests/**/*.test.ts"], environment: "node" },
  server: { proxy: { "/api": "http://127.0.0.1:8000", "/socket.io": { target: "http://127.0.0.1:8000", ws: true } } },
});
