/** Keyset-paged lists: asks for one page after another and hands them over as one list. */
import { useInfiniteQuery, useQueryClient, type InfiniteData, type QueryKey } from "@tanstack/react-query";

import type { Total } from "../api";

export type Page<T> = { items: T[]; next: string | null; total?: Total | null };
export type Pages<T> = {
  rows: T[];
  total: Total | undefined;
  loading: boolean;
  error: unknown;
  hasMore: boolean;
  /** How many pages are here; a page may be empty and still have a next one. */
  fetched: number;
  loadingMore: boolean;
  more: () => void;
  retry: () => void;
  /** Reads the list anew, from its first page on. */
  restart: () => void;
};

/** `fetchPage(after)` answers one page; `after` is undefined for the first. */
export function usePages<T>(
  key: QueryKey,
  fetchPage: (after: string | undefined) => Promise<Page<T>>,
  options: { enabled?: boolean; refetchInterval?: number | false } = {},
): Pages<T> {
  const client = useQueryClient();
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) => fetchPage(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last: Page<T>) => last.next ?? undefined,
    ...options,
  });
  return {
    rows: query.data?.pages.flatMap((page) => page.items) ?? [],
    total: query.data?.pages[0]?.total ?? undefined,
    loading: query.isPending,
    error: query.error,
    hasMore: query.hasNextPage,
    fetched: query.data?.pages.length ?? 0,
    loadingMore: query.isFetchingNextPage,
    more: () => void query.fetchNextPage(),
    retry: () => void query.refetch(),
    restart: () => {
      client.setQueryData<InfiniteData<Page<T>>>(key, (data) => data && { pages: data.pages.slice(0, 1), pageParams: data.pageParams.slice(0, 1) });
      void query.refetch();
    },
  };
}

/** "1,234", or "10,000+" where the server stopped counting. */
export function totalText(total: Total | undefined): string {
  if (!total) return "";
  return total.count.toLocaleString("en-US") + (total.capped ? "+" : "");
}
