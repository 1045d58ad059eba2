/** A pool's settings, all or some sections of them, and the making of a new one. Saves only what was changed, against the version on the screen. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Form } from "antd";
import { useEffect, useState } from "react";
import { Link, useBlocker, useNavigate } from "react-router";

import { api, ok, Problem, type Pool } from "../../api";
import { useWords } from "../../shared/i18n";
import { ME, useCan } from "../../shared/me";
import { useProblemText } from "../../shared/problems";
import { poolQuery } from "./api";
import { saveDraft, type Template } from "../policy/api";
import { Conflict } from "./Conflict";
import { EDIT_WORDS } from "./editWords";
import { KindChoice } from "./KindChoice";
import { isOverCap, useOverCap } from "./limits/useOverCap";
import { PoolForm, type SectionName } from "./PoolForm";
import { bodyOf, differing, FRESH, KEYS, rebased, valuesOf, type Key, type Values } from "./settings";

/** "body.return_reasons.0.zh" → ["return_reasons", 0, "zh"], the name of the form's field; a window or a condition is one field. */
function fieldOf(path: string): (string | number)[] {
  const parts = path.replace(/^body\./, "").replace(/^scopes\./, "").split(".");
  if (parts[0] !== "return_reasons") return parts.slice(0, 1);
  return parts.map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

/** Asks before a page with unsaved changes is left. */
function useLeaveGuard(dirty: boolean): void {
  const e = useWords(EDIT_WORDS);
  const { modal } = App.useApp();
  const blocker = useBlocker(({ currentLocation, nextLocation }) => dirty && currentLocation.pathname !== nextLocation.pathname);
  useEffect(() => {
    if (blocker.state !== "blocked") return;
    modal.confirm({
      title: e("leaveTitle"),
      content: e("leaveText"),
      okText: e("leave"),
      cancelText: e("stay"),
      onOk: () => blocker.proceed(),
      onCancel: () => blocker.reset(),
    });
  }, [blocker, modal, e]);
}

/** `accept`: also where people hold more than the new cap by now. */
function save(pool: Pool | null, values: Values, keys: readonly Key[], accept: boolean): Promise<Pool> {
  if (!pool) return ok(api.POST("/api/v1/pools", { body: { ...bodyOf(values, keys), name: values.name.trim() } }));
  const params = { path: { pool_id: pool.id }, header: { "If-Match": `"${pool.version}"` } };
  return ok(api.PATCH("/api/v1/pools/{pool_id}", { params, body: { ...bodyOf(values, keys), accept_over_cap: accept } }));
}

/** `sections`: only these, as part of another page. */
export function PoolSettings({ pool, sections }: { pool: Pool | null; sections?: readonly SectionName[] }) {
  const e = useWords(EDIT_WORDS);
  const can = useCan();
  const problem = useProblemText();
  const overCap = useOverCap();
  const client = useQueryClient();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const [form] = Form.useForm<Values>();
  const [base, setBase] = useState({ pool, values: pool ? valuesOf(pool) : FRESH });
  const [changed, setChanged] = useState<Key[]>([]);
  const [latest, setLatest] = useState<Pool | null>(null);
  const [kind, setKind] = useState<Template | null>(null);
  const admin = can("pools.edit");
  const locked = pool ? !pool.rights.admin && !admin : !admin;
  const values = (): Values => ({ ...base.values, ...form.getFieldsValue(true) });

  const adopt = (next: Pool, show: Values) => {
    setBase({ pool: next, values: valuesOf(next) });
    setLatest(null);
    // The list of reasons is replaced as a whole: merging by index would leave removed ones behind.
    form.setFieldsValue(show);
    setChanged(differing(valuesOf(next), show));
  };
  // A newer version that arrives while nothing is being edited is simply shown.
  useEffect(() => {
    if (pool && pool.version !== base.pool?.version && !changed.length) adopt(pool, valuesOf(pool));
  }, [pool]);
  const write = useMutation({
    mutationFn: (accept: boolean) => save(base.pool, values(), base.pool ? changed : KEYS.filter((key) => key !== "name"), accept),
    onSuccess: async (saved) => {
      setChanged([]);
      client.setQueryData(poolQuery(saved.id).queryKey, saved);
      void client.invalidateQueries({ queryKey: ["pools"] });
      void client.invalidateQueries({ queryKey: ME });
      if (base.pool) {
        adopt(saved, valuesOf(saved));
        message.success(e("saved"));
      } else {
        // Its rules can still be begun on the page that follows.
        if (kind) await saveDraft(saved.id, kind.document, null, null).catch((error: unknown) => void message.error(problem(error)));
        message.success(e(kind ? "createdDraft" : "created", { name: saved.name }), 6);
        await navigate(`/pools/${saved.id}/policy`, { replace: true });
      }
    },
    onError: async (error) => {
      if (!(error instanceof Problem) || overCap(error, () => write.mutate(true))) return;
      if (error.code === "changed_meanwhile" && base.pool) setLatest(await client.fetchQuery({ ...poolQuery(base.pool.id), staleTime: 0 }));
      if (error.code === "pool_name_taken") form.setFields([{ name: "name", errors: [problem(error)] }]);
      form.setFields(error.errors.map((fault) => ({ name: fieldOf(fault.path) as never, errors: [e("faulty")] })));
    },
  });
  useLeaveGuard(changed.length > 0 && !write.isPending);
  const told = write.isError && !latest && !isOverCap(write.error) && !(write.error instanceof Problem && write.error.code === "pool_name_taken");
  return (
    <div style={{ maxWidth: 920 }}>
      {locked && <Alert type="info" showIcon title={e("readOnly")} style={{ marginBottom: 16 }} />}
      {told && <Alert type="error" showIcon title={problem(write.error)} style={{ marginBottom: 16 }} />}
      {latest && (
        <Conflict
          base={base.values}
          mine={changed}
          latest={latest}
          onKeep={() => adopt(latest, rebased(base.values, values(), valuesOf(latest)))}
          onTheirs={() => adopt(latest, valuesOf(latest))}
        />
      )}
      {!pool && (
        <KindChoice
          chosen={kind}
          onChoose={(next) => {
            setKind(next);
            // The settings of the kind chosen before go, what was typed besides stays.
            const before = Object.fromEntries(Object.keys(kind?.settings ?? {}).map((key) => [key, FRESH[key as Key]]));
            form.setFieldsValue({ ...before, ...next?.settings } as Partial<Values>);
          }}
        />
      )}
      <PoolForm
        sections={sections}
        form={form}
        initial={base.values}
        locked={locked}
        adminsLocked={!admin}
        changed={pool ? changed : []}
        onChange={() => setChanged(differing(base.values, values()))}
        onFinish={() => write.mutate(false)}
      />
      {!locked && (changed.length > 0 || !pool) && (
        <div className="bulk">
          {pool && <span className="soft grow">{changed.length === 1 ? e("unsavedOne") : e("unsaved", { n: changed.length })}</span>}
          {pool ? (
            <Button onClick={() => adopt(base.pool ?? pool, base.values)}>{e("discard")}</Button>
          ) : (
            <Link to="/pools" className="grow">
              <Button>{e("cancel")}</Button>
            </Link>
          )}
          <Button type="primary" loading={write.isPending} disabled={Boolean(latest)} onClick={form.submit} data-testid="save-pool">
            {e(pool ? "save" : "create")}
          </Button>
        </div>
      )}
    </div>
  );
}
