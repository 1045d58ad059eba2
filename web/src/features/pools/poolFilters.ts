/** The pool list's filters: read from the address, sent to the list and to "all that match". */
import type { UrlState } from "../../shared/urlState";

export const FILTERS = ["level", "source", "region", "industry"] as const;

export function poolQueryOf(url: UrlState) {
  return {
    q: url.q,
    level: url.level,
    source: url.source,
    region: url.region,
    industry: url.industry,
    fresh: url.fresh === "true" ? true : url.fresh === "false" ? false : undefined,
  };
}

export function isFiltered(url: UrlState): boolean {
  return Boolean(url.q || url.fresh || FILTERS.some((key) => url[key]));
}
