/** The head of a pool's settings: its name, where else to go, closing it. */
import { Button } from "antd";
import { lazy, Suspense, useState } from "react";
import { Link } from "react-router";

import type { Pool } from "../../api";
import { useWords } from "../../shared/i18n";
import { useCan } from "../../shared/me";
import { EDIT_WORDS } from "./editWords";
import { WORDS } from "./words";

const CloseDialog = lazy(() => import("./CloseDialog"));

/** `pool` null: one that is being made. */
export function PoolHead({ pool }: { pool: Pool | null }) {
  const t = useWords(WORDS);
  const e = useWords(EDIT_WORDS);
  const can = useCan();
  const [closing, setClosing] = useState(false);
  return (
    <div className="page-head" style={{ maxWidth: 920 }}>
      <h1>{pool ? e("settingsOf", { name: pool.name }) : e("newTitle")}</h1>
      {!pool && <span className="sub">{e("newSub")}</span>}
      {pool && (
        <div className="acts">
          <Link to={`/pools/${pool.id}/policy`}>
            <Button>{e("toRules")}</Button>
          </Link>
          <Link to={`/pool/${pool.id}`}>
            <Button>{t("enter")}</Button>
          </Link>
          {can("pools.edit") && (
            <Button danger onClick={() => setClosing(true)}>
              {e("close")}
            </Button>
          )}
        </div>
      )}
      {closing && pool && (
        <Suspense fallback={null}>
          <CloseDialog pool={pool} onClose={() => setClosing(false)} />
        </Suspense>
      )}
    </div>
  );
}
