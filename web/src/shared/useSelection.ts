/** Which rows of a list are selected; another list (filter, tab) starts with none. */
import { useEffect, useState } from "react";

export function useSelection(listKey: string) {
  const [ids, setIds] = useState<string[]>([]);
  const [all, setAll] = useState(false);
  const clear = () => {
    setIds([]);
    setAll(false);
  };
  useEffect(clear, [listKey]);
  const onChange = (next: string[]) => {
    setIds(next);
    setAll(false);
  };
  return { ids, all, setAll, clear, onChange };
}
