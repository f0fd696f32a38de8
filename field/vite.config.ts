/** How the app is built: where it lands, what the service worker keeps, and how the tests run. */
import vue from "@vitejs/plugin-vue";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { VitePWA } from "vite-plugin-pwa";
import { defineConfig } from "vitest/config";

const STATIC = "/static/field/app/";
const SHELL = "/field/";

const { version } = JSON.parse(readFileSync(new URL("./package.json", import.meta.url), "utf8")) as { version: string };

export default defineConfig({
  define: { __VERSION__: JSON.stringify(version) },
  base: STATIC,
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    outDir: process.env.FIELD_OUT_DIR ?? "../onevisit/web/field/static/field/app",
    emptyOutDir: true,
    target: ["chrome99", "safari15.4"],
    // A file loaded as data: would need a wider content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  plugins: [
    vue(),
    VitePWA({
      strategies: "injectManifest",
      srcDir: "src",
      filename: "sw.ts",
      // The app registers /field/sw.js itself; a generated script would carry the wrong address.
      injectRegister: false,
      registerType: "prompt",
      scope: SHELL,
      manifest: {
        id: SHELL,
        name: "一次查 · 现场检查",
        short_name: "一次查",
        description: "多部门联合检查的现场应用，没有网络也能用。",
        lang: "zh-CN",
        start_url: "/field/today",
        scope: SHELL,
        display: "standalone",
        orientation: "portrait",
        background_color: "#F4F6F9",
        theme_color: "#0B3A75",
        icons: [
          { src: `${STATIC}icon-192.png`, sizes: "192x192", type: "image/png" },
          { src: `${STATIC}icon-512.png`, sizes: "512x512", type: "image/png" },
          { src: `${STATIC}icon-maskable-512.png`, sizes: "512x512", type: "image/png", purpose: "maskable" },
        ],
      },
      injectManifest: {
        globPatterns: ["**/*.{js,css,html,png,svg}"],
        globIgnores: ["sw.js"],
        // The shell is served by Django at /field/, with its headers; everything else is a static file.
        manifestTransforms: [
          (entries) => ({
            manifest: entries.map((entry) => ({
              ...entry,
              url: entry.url === "index.html" ? SHELL : entry.url.startsWith("/") ? entry.url : STATIC + entry.url,
            })),
            warnings: [],
          }),
        ],
      },
    }),
  ],
  test: { environment: "node", include: ["tests/**/*.test.ts"], setupFiles: ["tests/setup.ts"] },
});
