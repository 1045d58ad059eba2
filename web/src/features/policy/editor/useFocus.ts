/** Puts the cursor into a field of a popover once that stands where it belongs: earlier, the page would jump there. */
import type { GetRef, InputNumber } from "antd";
import { useEffect, useRef, type RefObject } from "react";

export function useFocus(): RefObject<GetRef<typeof InputNumber> | null> {
  const field = useRef<GetRef<typeof InputNumber>>(null);
  useEffect(() => {
    const frame = requestAnimationFrame(() => field.current?.focus({ preventScroll: true }));
    return () => cancelAnimationFrame(frame);
  }, []);
  return field;
}
