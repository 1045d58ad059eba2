/** Chooses who takes a book over, among those who can: each with what they hold, whether away, and which cap is full. */
import { useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { useState } from "react";

import { api, ok, type Heir, type Ref } from "../../api";
import { useWords } from "../../shared/i18n";
import { lastDay } from "../../shared/time";
import { WORDS } from "./words";

type Props = { personId: string; value: Ref[]; onChange: (value: Ref[]) => void; id: string };

function Option({ heir }: { heir: Heir }) {
  const t = useWords(WORDS);
  return (
    <span className="heir">
      <span>
        {heir.name} <span className="muted small">{heir.department?.name}</span>
      </span>
      <span className="marks">
        {heir.back_at && <span className="pill sand">{t("away", { until: lastDay(heir.back_at) })}</span>}
        {heir.full && <span className="pill sand num">{t("full", { pool: heir.full.pool?.name ?? t("allPools"), used: heir.full.used, limit: heir.full.limit })}</span>}
        <span className="muted small num">{t("owns", { n: heir.owned })}</span>
      </span>
    </span>
  );
}

export function HeirsSelect({ personId, value, onChange, id }: Props) {
  const t = useWords(WORDS);
  const [q, setQ] = useState("");
  const heirs = useQuery({
    queryKey: ["hand-overs", "heirs", personId, q],
    queryFn: () => ok(api.GET("/api/v1/people/{person_id}/hand-over/heirs", { params: { path: { person_id: personId }, query: { q: q || undefined } } })),
    placeholderData: (before) => before,
  });
  return (
    <Select
      id={id}
      mode="multiple"
      placeholder={t("heirsHint")}
      labelInValue
      value={value.map((each) => ({ value: each.id, label: each.name }))}
      onChange={(chosen) => onChange(chosen.map((each) => ({ id: each.value, name: String(each.label) })))}
      showSearch={{ filterOption: false, onSearch: setQ }}
      loading={heirs.isFetching}
      notFoundContent={heirs.isFetching ? "…" : t("noHeir")}
      options={heirs.data?.items.map((heir) => ({ value: heir.id, label: heir.name, heir }))}
      optionRender={(option) => <Option heir={option.data.heir} />}
    />
  );
}
