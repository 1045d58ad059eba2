/** Starts the app: language, look, the store of server data, routes. */
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import "./shared/app.css";
import { App } from "./App";

const root = document.getElementById("root");
if (root) createRoot(root).render(<StrictMode><App /></StrictMode>);
