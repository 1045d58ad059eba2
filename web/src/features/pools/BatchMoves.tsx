/** What a manager or pool admin may do with the selected customers of a pool, besides claiming. */
import { Button } from "antd";

import type { MyPool } from "../../api";
import { useWords } from "../../shared/i18n";
import { useCan } from "../../shared/me";
import type { MoveName } from "../moves/api";
import { WORDS as MOVES } from "../moves/words";

export function BatchMoves({ pool, onMove }: { pool: MyPool; onMove: (move: MoveName) => void }) {
  const m = useWords(MOVES);
  const can = useCan();
  const admin = pool.rights.admin;
  return (
    <>
      {(admin || can("customers.assign")) && <Button onClick={() => onMove("assign")}>{m("assign")}</Button>}
      {admin && <Button onClick={() => onMove("move_pool")}>{m("move_pool")}</Button>}
      {admin && <Button onClick={() => onMove("archive")}>{m("archive")}</Button>}
    </>
  );
}
