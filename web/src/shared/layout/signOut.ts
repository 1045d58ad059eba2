/** Ends the session and forgets everything the page had loaded. */
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "react-router";

import { api, ok, setCsrfToken } from "../../api";

export function useSignOut(): () => Promise<void> {
  const client = useQueryClient();
  const navigate = useNavigate();
  return async () => {
    // A session that the server no longer knows is as good as ended.
    await ok(api.DELETE("/api/v1/session")).catch(() => undefined);
    setCsrfToken(null);
    await navigate("/sign-in", { replace: true });
    client.clear();
  };
}
