/** Reads of the inbox, marking as read, and where a notice leads. */
import { useMutation, useQueryClient } from "@tanstack/react-query";

import { api, ok, type Me, type Notice } from "../../api";
import { ME, useCan } from "../../shared/me";
import { usePages, type Pages } from "../../shared/pages";

export function useNotices(unread: boolean, limit: number): Pages<Notice> {
  return usePages<Notice>(["inbox", unread ? "unread" : "all", limit], (after) =>
    ok(api.GET("/api/v1/inbox", { params: { query: { unread, limit, after } } })),
  );
}

/** Marks these notices, or all, as read; the bell follows at once. */
export function useMarkRead() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (ids: string[] | "all") => ok(api.POST("/api/v1/inbox/read", { body: ids === "all" ? { all: true } : { ids } })),
    onSuccess: ({ unread }) => {
      client.setQueryData<Me>(ME, (me) => me && { ...me, unread_notices: unread });
      void client.invalidateQueries({ queryKey: ["inbox"] });
    },
  });
}

/** The address behind a notice, null where there is nothing to open. */
export function useWhere(): (notice: Notice) => string | null {
  const can = useCan();
  return ({ link }) => {
    switch (link?.kind) {
      case "customer":
        return `/customers/${link.id}`;
      case "customers":
        return "/customers";
      case "shared":
        return "/customers?scope=shared";
      case "run":
        return can("runs.read") ? `/runs/${link.id}?outcome=moved` : `/taken/${link.id}`;
      case "request":
        return `/requests?id=${link.id}`;
      case "requests":
        return "/requests";
      case "tasks":
        return "/follow-ups";
      case "task_batches":
        return "/follow-ups?tab=given";
      case "task_batch":
        return `/follow-ups?tab=given&batch=${link.id}`;
      case "draw":
        return `/draws/${link.id}`;
      case "falling":
      case "falling_team":
        return "/";
      case "falling_for":
        return "/customers?scope=acting_for";
      case "deputies":
        return "/account";
      case "policy":
        return `/pools/${link.id}/policy`;
      default:
        return null;
    }
  };
}
