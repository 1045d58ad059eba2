/** Where the customers of whoever leaves go, unless an admin chooses otherwise. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Select } from "antd";
import { useState } from "react";

import { Problem, type Tenant } from "../../api";
import { useWords } from "../../shared/i18n";
import { useProblemText } from "../../shared/problems";
import { PoolSelect } from "../pools/PoolSelect";
import { putLeaverRule, TENANT } from "./api";
import { Line } from "./Line";
import { WORDS } from "./words";

const RULES = ["home_pool", "manager", "pool"] as const;
const WIDE = { width: 260, maxWidth: "100%" } as const;

export function LeaverLine({ tenant, mayEdit }: { tenant: Tenant; mayEdit: boolean }) {
  const t = useWords(WORDS);
  const problem = useProblemText();
  const client = useQueryClient();
  const { message } = App.useApp();
  const save = useMutation({
    mutationFn: (rule: { rule: Tenant["leaver_rule"]; pool_id?: string }) => putLeaverRule(tenant, rule),
    onSuccess: (saved) => {
      client.setQueryData(TENANT, saved);
      message.success(t("saved"));
    },
    onError: (error) => {
      message.error(problem(error), 6);
      if (error instanceof Problem && error.status === 412) void client.invalidateQueries({ queryKey: TENANT });
    },
  });
  // "One pool" is written together with the pool.
  const [choosing, setChoosing] = useState(false);
  const rule = choosing ? "pool" : tenant.leaver_rule;
  const choose = (next: Tenant["leaver_rule"]) => {
    setChoosing(next === "pool");
    if (next !== "pool") save.mutate({ rule: next });
  };
  const choosePool = (pool_id: string) => {
    setChoosing(false);
    save.mutate({ rule: "pool", pool_id });
  };
  return (
    <Line title={t("leaver")} hint={t(`leaver_${rule}Hint`)}>
      <div className="col" style={{ gap: 8 }}>
        <Select
          style={WIDE}
          value={rule}
          disabled={!mayEdit || save.isPending}
          aria-label={t("leaver")}
          data-testid="leaver-rule"
          onChange={choose}
          options={RULES.map((value) => ({ value, label: t(`leaver_${value}`) }))}
        />
        {rule === "pool" && (
          <PoolSelect value={choosing ? undefined : (tenant.leaver_pool_id ?? undefined)} onChange={choosePool} placeholder={t("leaverPool")} style={WIDE} disabled={!mayEdit || save.isPending} />
        )}
      </div>
    </Line>
  );
}
