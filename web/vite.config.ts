import react from "@vitejs/plugin-react";
import { defineConfig, loadEnv } from "vite";

/** Builds into the Python package, which serves the result; in development, calls go to the server at GONGHAI_API. */
export default defineConfig(({ mode }) => ({
  base: "/",
  plugins: [react()],
  build: {
    outDir: "../src/gonghai/web",
    emptyOutDir: true,
    target: "es2022",
    chunkSizeWarningLimit: 1000,
    // What every page loads first is one file: forty small ones weigh a twentieth more and cost a request each.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: "first", tags: ["$initial"], includeDependenciesRecursively: false }] } } },
  },
  server: { proxy: { "/api": loadEnv(mode, ".", "GONGHAI_").GONGHAI_API ?? "http://127.0.0.1:8000" } },
}));
