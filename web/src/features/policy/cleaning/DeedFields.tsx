/** What a cleaning rule does: archive with a reason, move to another pool, or ask somebody to verify. */
import { useQuery } from "@tanstack/react-query";
import { Input, Select } from "antd";
import { useState } from "react";

import { api, ok } from "../../../api";
import { useWords } from "../../../shared/i18n";
import { usePools } from "../../pools/api";
import { ACTIONS, deedOf, withDeed, type Action, type Rule } from "./rules";
import { CLEANING_WORDS } from "./words";

type Props = { rule: Rule; poolId: string; faulty: boolean; onChange: (rule: Rule) => void };

/** A person by login, which is what the document holds; no choice: the pool's admins. */
function WhoSelect({ value, onChange }: { value: string | undefined; onChange: (login: string | undefined) => void }) {
  const t = useWords(CLEANING_WORDS);
  const [q, setQ] = useState("");
  const people = useQuery({
    queryKey: ["people", "logins", q],
    queryFn: () => ok(api.GET("/api/v1/people", { params: { query: { q: q || undefined, state: "active", limit: 50 } } })),
    placeholderData: (before) => before,
  });
  const found = (people.data?.items ?? []).map((person) => ({ value: person.login, label: person.name }));
  const chosen = value && !found.some((each) => each.value === value) ? [{ value, label: value }] : [];
  return (
    <Select
      value={value ?? ""}
      showSearch={{ filterOption: false, onSearch: setQ }}
      options={[{ value: "", label: t("poolAdmins") }, ...chosen, ...found]}
      onChange={(login: string) => onChange(login || undefined)}
      aria-label={t("who")}
    />
  );
}

export function DeedFields({ rule, poolId, faulty, onChange }: Props) {
  const t = useWords(CLEANING_WORDS);
  const pools = usePools();
  const deed = deedOf(rule);
  const status = faulty ? "error" : undefined;
  const others = (pools.data ?? []).filter((pool) => pool.id !== poolId);
  const poolName = pools.data?.find((pool) => pool.id === deed?.pool)?.name ?? deed?.pool;
  return (
    <div className="deed">
      <Select<Action>
        value={deed?.action}
        status={deed ? undefined : status}
        options={ACTIONS.map((action) => ({ value: action, label: t(`act_${action}`) }))}
        onChange={(action) => onChange(withDeed(rule, { action }))}
        aria-label={t("what")}
      />
      {deed?.action === "archive" && (
        <Input
          value={deed.reason}
          status={status}
          maxLength={100}
          placeholder={t("reasonHint")}
          aria-label={t("reason")}
          onChange={(event) => onChange(withDeed(rule, { ...deed, reason: event.target.value }))}
        />
      )}
      {deed?.action === "move" && (
        <Select
          value={poolName || undefined}
          status={status}
          placeholder={t("choosePool")}
          options={others.map((pool) => ({ value: pool.name, label: pool.name }))}
          onChange={(pool: string) => onChange(withDeed(rule, { ...deed, pool }))}
          aria-label={t("pool")}
        />
      )}
      {deed?.action === "reverify" && <WhoSelect value={deed.login} onChange={(login) => onChange(withDeed(rule, { ...deed, login }))} />}
      {deed?.action === "reverify" && <p className="small muted">{t("verifyHint")}</p>}
    </div>
  );
}
