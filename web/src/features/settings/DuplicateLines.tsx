/** What a company decides about 撞单, and the cap over all pools. */
import { InputNumber, Select } from "antd";
import { useState } from "react";

import type { Tenant, TenantEdit } from "../../api";
import { useWords } from "../../shared/i18n";
import { Line } from "./Line";
import { WORDS } from "./words";

type Props = { tenant: Tenant; disabled: boolean; onSave: (edit: TenantEdit) => void };
const TOLD = ["owner", "exists", "nothing"] as const;
const KEEPERS = ["owner", "active", "admin"] as const;
const WIDE = { width: 260, maxWidth: "100%" } as const;

/** Written when one is done with it, not at every digit. */
function Count({ value, min, empty, label, disabled, onSave }: { value: number | null; min: number; empty?: boolean; label: string; disabled: boolean; onSave: (n: number | null) => void }) {
  const t = useWords(WORDS);
  const [typed, setTyped] = useState(value);
  const done = () => {
    if (typed === value) return;
    if (typed === null && !empty) setTyped(value);
    else onSave(typed);
  };
  return <InputNumber min={min} max={1_000_000} precision={0} value={typed} onChange={setTyped} onBlur={done} onPressEnter={done} disabled={disabled} placeholder={empty ? t("noCap") : undefined} aria-label={label} style={{ width: 110 }} />;
}

export function DuplicateLines({ tenant, disabled, onSave }: Props) {
  const t = useWords(WORDS);
  return (
    <>
      <Line title={t("cap")} hint={t("capHint")}>
        <Count key={tenant.version} value={tenant.holding_cap} min={0} empty label={t("cap")} disabled={disabled} onSave={(holding_cap) => onSave({ holding_cap })} />
      </Line>
      <Line title={t("told")} hint={t("toldHint")}>
        <Select
          style={WIDE}
          value={tenant.duplicate_told}
          disabled={disabled}
          aria-label={t("told")}
          data-testid="duplicate-told"
          onChange={(duplicate_told) => onSave({ duplicate_told })}
          options={TOLD.map((value) => ({ value, label: t(`told_${value}`) }))}
        />
      </Line>
      <Line title={t("keeper")} hint={t(`keeper_${tenant.duplicate_keeper}Hint`)}>
        <div className="row wrap">
          <Select
            style={WIDE}
            value={tenant.duplicate_keeper}
            disabled={disabled}
            aria-label={t("keeper")}
            data-testid="duplicate-keeper"
            onChange={(duplicate_keeper) => onSave({ duplicate_keeper })}
            options={KEEPERS.map((value) => ({ value, label: t(`keeper_${value}`) }))}
          />
          {tenant.duplicate_keeper === "active" && (
            <span className="row small">
              <Count
                key={tenant.version}
                value={tenant.duplicate_active_days}
                min={1}
                label={t("activeDays")}
                disabled={disabled}
                onSave={(days) => days !== null && onSave({ duplicate_active_days: days })}
              />
              {t("days")}
            </span>
          )}
        </div>
      </Line>
    </>
  );
}
