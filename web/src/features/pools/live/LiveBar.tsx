/** The live dot beside the count, and the bar that says what changed: rows come and go when asked for, not under the finger. */
import { ReloadOutlined } from "@ant-design/icons";
import { Tooltip } from "antd";

import { useWords } from "../../../shared/i18n";
import type { LineState } from "./stream";
import { WORDS } from "./words";
import "./live.css";

export function LiveDot({ state }: { state: LineState }) {
  const t = useWords(WORDS);
  return (
    <Tooltip title={t(state === "off" ? "offTip" : "liveTip")}>
      <span className={`live-dot ${state}`} data-testid="live" data-state={state}>
        {t(state)}
      </span>
    </Tooltip>
  );
}

export function LiveBar({ entered, left, missed, onRefresh }: { entered: number; left: number; missed: boolean; onRefresh: () => void }) {
  const t = useWords(WORDS);
  const said = [entered > 0 && t("entered", { n: entered }), left > 0 && t("left", { n: left }), missed && !entered && !left && t("changed")].filter(Boolean);
  return (
    <div className="live-bar" aria-live="polite">
      {said.length > 0 && (
        <button type="button" onClick={onRefresh} data-testid="live-bar">
          {said.join(" · ")}
          <b>
            <ReloadOutlined /> {t("refresh")}
          </b>
        </button>
      )}
    </div>
  );
}
