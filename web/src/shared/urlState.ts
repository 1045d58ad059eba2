/** Filters, sort and tab of a list live in the URL: a link shows a colleague the same list, "back" goes back. */
import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router";

export type UrlState = Record<string, string | undefined>;

/** One of the allowed values, or nothing: an address may say anything. */
export function oneOf<T extends string>(allowed: readonly T[], value: string | undefined): T | undefined {
  return allowed.find((each) => each === value);
}

export function useUrlState(): [UrlState, (change: UrlState) => void] {
  const [params, setParams] = useSearchParams();
  const state = useMemo(() => Object.fromEntries(params) as UrlState, [params]);
  const change = useCallback(
    (part: UrlState) => {
      setParams(
        (before) => {
          const after = new URLSearchParams(before);
          for (const [key, value] of Object.entries(part)) {
            if (value) after.set(key, value);
            else after.delete(key);
          }
          return after;
        },
        { replace: true },
      );
    },
    [setParams],
  );
  return [state, change];
}
