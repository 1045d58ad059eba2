/** What holds for the whole company: its name, the handbook, the cap over all pools, 撞单, where a leaver's customers go. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Input, Switch } from "antd";
import { lazy, Suspense, useState } from "react";
import { Link } from "react-router";

import { Problem, type Tenant, type TenantEdit } from "../../api";
import { useWords } from "../../shared/i18n";
import { ListSkeleton } from "../../shared/ListSkeleton";
import { ME, useCan } from "../../shared/me";
import { useProblemText } from "../../shared/problems";
import { ErrorState } from "../../shared/States";
import { useOverCap } from "../pools/limits/useOverCap";
import { patchTenant, TENANT, useTenant } from "./api";
import { DuplicateLines } from "./DuplicateLines";
import { LeaverLine } from "./LeaverLine";
import { Line } from "./Line";
import { WORDS } from "./words";
import "./settings.css";

const CompanyLimits = lazy(() => import("../pools/limits/CompanyLimits"));

function Settings({ tenant }: { tenant: Tenant }) {
  const t = useWords(WORDS);
  const mayEdit = useCan()("tenant.edit");
  const problem = useProblemText();
  const client = useQueryClient();
  const { message } = App.useApp();
  const overCap = useOverCap();
  const [name, setName] = useState(tenant.name);
  const save = useMutation({
    mutationFn: (edit: TenantEdit) => patchTenant(tenant, edit),
    onSuccess: (saved) => {
      client.setQueryData(TENANT, saved);
      void client.invalidateQueries({ queryKey: ME });
      message.success(t("saved"));
    },
    onError: (error, edit) => {
      if (overCap(error, () => save.mutate({ ...edit, accept_over_cap: true }))) return;
      void message.error(problem(error), 6);
      if (error instanceof Problem && error.status === 412) void client.invalidateQueries({ queryKey: TENANT });
    },
  });
  const trimmed = name.trim();
  return (
    <section className="panel pad">
      <Line title={t("companyName")} hint={t("companyNameHint")}>
        <div className="row">
          <Input value={name} onChange={(event) => setName(event.target.value)} disabled={!mayEdit} maxLength={200} aria-label={t("companyName")} style={{ width: 220 }} />
          {mayEdit && trimmed && trimmed !== tenant.name && (
            <Button type="primary" loading={save.isPending} onClick={() => save.mutate({ name: trimmed })}>
              {t("save")}
            </Button>
          )}
        </div>
      </Line>
      <Line title={t("acknowledge")} hint={t("acknowledgeHint")}>
        <Switch
          checked={tenant.handbook_acknowledged}
          disabled={!mayEdit}
          loading={save.isPending}
          onChange={(on) => save.mutate({ handbook_acknowledged: on })}
          aria-label={t("acknowledge")}
          data-testid="handbook-acknowledged"
        />
      </Line>
      <DuplicateLines tenant={tenant} disabled={!mayEdit || save.isPending} onSave={save.mutate} />
      <LeaverLine tenant={tenant} mayEdit={mayEdit} />
      <Line title={t("fieldRights")} hint={t("fieldRightsSub")}>
        <Link to="/settings/fields">{t("open")}</Link>
      </Line>
      <Line title={t("calendar")} hint={t("calendarHint")}>
        <Link to="/settings/calendar">{t("open")}</Link>
      </Line>
    </section>
  );
}

export default function CompanyPage() {
  const t = useWords(WORDS);
  const tenant = useTenant();
  return (
    <div style={{ maxWidth: 860 }}>
      <div className="page-head">
        <h1>{t("company")}</h1>
      </div>
      {tenant.error ? (
        <ErrorState error={tenant.error} retry={() => void tenant.refetch()} />
      ) : tenant.data ? (
        <>
          <Settings tenant={tenant.data} />
          {tenant.data.holding_cap !== null && (
            <Suspense fallback={null}>
              <CompanyLimits cap={tenant.data.holding_cap} />
            </Suspense>
          )}
        </>
      ) : (
        <section className="panel"><ListSkeleton rows={4} /></section>
      )}
    </div>
  );
}
