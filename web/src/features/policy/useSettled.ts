/** A value once it has stood still for a moment: what is asked of the server follows the typing, not each key. */
import { useEffect, useState } from "react";

export function useSettled<T>(value: T, pause: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    if (value === settled) return undefined;
    const timer = window.setTimeout(() => setSettled(value), pause);
    return () => window.clearTimeout(timer);
  }, [value, settled, pause]);
  return settled;
}
