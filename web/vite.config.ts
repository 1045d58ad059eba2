import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** Builds into the Python package, which serves the result; in development calls go to a running server. */
export default defineConfig({
  base: "/",
  plugins: [react()],
  build: { outDir: "../src/gonghai/web", emptyOutDir: true, target: "es2022", chunkSizeWarningLimit: 1500 },
  server: { proxy: { "/api": "http://127.0.0.1:8000" } },
});
