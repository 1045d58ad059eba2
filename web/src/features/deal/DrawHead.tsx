/** Where a draw stands: state, window with its countdown, commitment. */
import { useQueryClient } from "@tanstack/react-query";
import { Popover } from "antd";

import type { Draw } from "../../api";
import { useWords } from "../../shared/i18n";
import { dateTime } from "../../shared/time";
import { refreshDraws } from "./api";
import { Ticking } from "./Ticking";
import { WORDS } from "./words";

const TONES = { planned: "", open: "sea", closing: "sand", dealt: "sea", cancelled: "" } as const;

export function DrawHead({ draw }: { draw: Draw }) {
  const t = useWords(WORDS);
  const client = useQueryClient();
  const again = () => void refreshDraws(client);
  return (
    <div className="draw-head" data-testid="draw-head">
      <span className={`pill ${TONES[draw.state]}`} data-testid="draw-state">
        {t(`state_${draw.state}`)}
      </span>
      {draw.state === "planned" && (
        <span>
          {t("opensIn")} <Ticking until={draw.opens_at} onEnd={again} />
        </span>
      )}
      {draw.state === "open" && (
        <span>
          {t("closesIn")} <Ticking until={draw.closes_at} onEnd={again} />
        </span>
      )}
      <span className="soft num">{t("window", { from: dateTime(draw.opens_at), to: dateTime(draw.closes_at) })}</span>
      {draw.repeat !== "never" && <span className="soft">{t(`repeat_${draw.repeat}`)}</span>}
      {draw.people > 0 && draw.state !== "dealt" && <span className="soft">{t("people", { n: draw.people })}</span>}
      <Popover trigger="click" content={<Commitment draw={draw} />}>
        <button type="button" className="plain soft" data-testid="commitment">
          {t("commitment")} <span className="hash">{draw.seed_hash.slice(0, 12)}…</span>
        </button>
      </Popover>
    </div>
  );
}

function Commitment({ draw }: { draw: Draw }) {
  const t = useWords(WORDS);
  return (
    <div style={{ maxWidth: 340 }}>
      <p className="hash">{draw.seed_hash}</p>
      <p className="small soft" style={{ marginTop: 8, lineHeight: 1.7 }}>{t("commitmentTip")}</p>
    </div>
  );
}
