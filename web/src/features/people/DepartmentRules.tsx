/** Which pools' scopes and limits name a department or one above it, and so hold for its people. */
import { useQuery } from "@tanstack/react-query";
import { Drawer } from "antd";
import { Link } from "react-router";

import { api, ok, type Department, type NamesDepartment } from "../../api";
import { useWords } from "../../shared/i18n";
import { ListSkeleton } from "../../shared/ListSkeleton";
import { usePhone } from "../../shared/screen";
import { EmptyState, ErrorState } from "../../shared/States";
import { useLimitValue } from "../pools/limits/rules";
import { LIMIT_WORDS } from "../pools/limits/words";
import { ARRANGE_WORDS } from "./arrangeWords";

function Line({ item, own }: { item: NamesDepartment; own: string }) {
  const t = useWords(ARRANGE_WORDS);
  const l = useWords(LIMIT_WORDS);
  const value = useLimitValue();
  const what = item.rule ? l(item.pool ? item.rule : "company_cap") : item.right ? t(item.right) : "";
  return (
    <div className="row between" style={{ padding: "8px 0", borderTop: "1px solid var(--line)", opacity: item.holds ? 1 : 0.6 }}>
      <span>
        {what}
        <span className="muted small">
          {item.department.id === own ? "" : ` · ${t("by", { name: item.department.name })}`}
          {item.holds ? "" : ` · ${t("beaten")}`}
        </span>
      </span>
      {item.rule && item.value !== null && <span className="num">{value(item.rule, item.value)}</span>}
    </div>
  );
}

export default function DepartmentRules({ department, onClose }: { department: Department; onClose: () => void }) {
  const t = useWords(ARRANGE_WORDS);
  const phone = usePhone();
  const query = useQuery({
    queryKey: ["departments", department.id, "rules"],
    queryFn: () => ok(api.GET("/api/v1/departments/{department_id}/rules", { params: { path: { department_id: department.id } } })),
    staleTime: 0,
  });
  const groups = new Map<string, NamesDepartment[]>();
  for (const item of query.data?.items ?? []) groups.set(item.pool?.id ?? "", [...(groups.get(item.pool?.id ?? "") ?? []), item]);
  return (
    <Drawer open size={phone ? "100%" : 460} title={t("rulesTitle", { name: department.name })} onClose={onClose} data-testid="department-rules">
      <p className="soft small" style={{ marginTop: 0 }}>{t("rulesHint")}</p>
      {query.isError ? (
        <ErrorState error={query.error} retry={() => void query.refetch()} />
      ) : !query.data ? (
        <ListSkeleton rows={4} />
      ) : groups.size ? (
        [...groups].map(([pool, items]) => (
          <section key={pool} style={{ marginBottom: 20 }}>
            <h3 style={{ margin: "0 0 6px" }}>{pool ? <Link to={`/pools/${pool}?tab=limits`}>{items[0]?.pool?.name}</Link> : t("company")}</h3>
            {items.map((item) => (
              <Line key={`${item.department.id}:${item.rule ?? item.right ?? ""}`} item={item} own={department.id} />
            ))}
          </section>
        ))
      ) : (
        <EmptyState title={t("rulesTitle", { name: department.name })} text={t("rulesNone")} />
      )}
    </Drawer>
  );
}
