/** 字段权限: a row per field, a column per role; what is not said is "may change". */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Select, Table } from "antd";
import { useState } from "react";

import { api, ok, Problem, type FieldRights } from "../../api";
import { useWords } from "../../shared/i18n";
import { ListSkeleton } from "../../shared/ListSkeleton";
import { ME } from "../../shared/me";
import { FIELDS, ROLES, useNames } from "../../shared/names";
import { useProblemText } from "../../shared/problems";
import { ErrorState } from "../../shared/States";
import { TENANT } from "./api";
import { WORDS } from "./words";
import "./settings.css";

const KEY = ["field-rights"] as const;
const RIGHTS = ["write", "read", "hide"] as const;
type Right = (typeof RIGHTS)[number];
type Rights = FieldRights["rights"];
type Field = FieldRights["fields"][number];

function rightOf(rights: Rights, role: string, field: string): Right {
  const found = RIGHTS.find((right) => right === rights[role]?.[field]) ?? "write";
  // An auditor changes nothing anyhow: the two mean the same.
  return role === "auditor" && found === "read" ? "write" : found;
}

function withRight(rights: Rights, role: string, field: string, right: Right): Rights {
  const others = Object.entries(rights[role] ?? {}).filter(([name]) => name !== field);
  return { ...rights, [role]: Object.fromEntries(right === "write" ? others : [...others, [field, right]]) };
}

function Matrix({ found }: { found: FieldRights }) {
  const t = useWords(WORDS);
  const name = useNames();
  const problem = useProblemText();
  const client = useQueryClient();
  const { message } = App.useApp();
  const [rights, setRights] = useState<Rights>(found.rights);
  const changed = found.roles.flatMap((role) => found.fields.filter((field) => rightOf(rights, role, field.name) !== rightOf(found.rights, role, field.name))).length;
  const save = useMutation({
    mutationFn: () => ok(api.PUT("/api/v1/tenant/field-rights", { params: { header: { "If-Match": `"${found.version}"` } }, body: { rights } })),
    onSuccess: (saved) => {
      message.success(t("saved"));
      client.setQueryData(KEY, saved);
      // Both pages write the company's version.
      for (const queryKey of [ME, TENANT]) void client.invalidateQueries({ queryKey });
    },
    onError: (error) => {
      message.error(problem(error), 6);
      if (error instanceof Problem && error.status === 412) void client.invalidateQueries({ queryKey: KEY });
    },
  });
  const cell = (role: string) => (field: Field) => {
    const right = rightOf(rights, role, field.name);
    return (
      <Select
        className={`right ${right}`}
        size="small"
        style={{ width: 116 }}
        value={right}
        onChange={(next: Right) => setRights(withRight(rights, role, field.name, next))}
        options={RIGHTS.filter((each) => each !== "hide" || field.may_hide)
          .filter((each) => role !== "auditor" || each !== "read")
          .map((each) => ({ value: each, label: role === "auditor" && each === "write" ? t("right_read") : t(`right_${each}`) }))}
        aria-label={`${name(ROLES, role)} · ${name(FIELDS, field.name)}`}
      />
    );
  };
  return (
    <>
      <section className="panel">
        <Table<Field>
          rowKey="name"
          size="small"
          pagination={false}
          scroll={{ x: 620 }}
          dataSource={found.fields}
          columns={[
            { title: t("field"), key: "field", fixed: "left", width: 130, render: (_, field) => <b>{name(FIELDS, field.name)}</b> },
            ...found.roles.map((role) => ({ title: name(ROLES, role), key: role, width: 136, render: (_: unknown, field: Field) => cell(role)(field) })),
            { title: name(ROLES, "admin"), key: "admin", width: 100, render: () => <span className="muted">{t("right_write")}</span> },
          ]}
        />
      </section>
      <div className="row between wrap" style={{ marginTop: 16 }}>
        <span className="muted">{changed > 0 ? t("unsaved", { n: changed }) : ""}</span>
        <span className="row">
          <Button disabled={!changed} onClick={() => setRights(found.rights)}>
            {t("restore")}
          </Button>
          <Button type="primary" disabled={!changed} loading={save.isPending} onClick={() => save.mutate()}>
            {t("save")}
          </Button>
        </span>
      </div>
    </>
  );
}

export default function FieldRightsPage() {
  const t = useWords(WORDS);
  const query = useQuery({ queryKey: KEY, staleTime: 0, queryFn: () => ok(api.GET("/api/v1/tenant/field-rights")) });
  return (
    <div style={{ maxWidth: 860 }}>
      <div className="page-head">
        <h1>{t("fieldRights")}</h1>
      </div>
      <p className="soft" style={{ margin: "0 0 16px", lineHeight: 1.6 }}>{t("fieldRightsHint")}</p>
      {query.error && !query.data ? (
        <ErrorState error={query.error} retry={() => void query.refetch()} />
      ) : query.data ? (
        <Matrix key={query.data.version} found={query.data} />
      ) : (
        <section className="panel">
          <ListSkeleton rows={8} />
        </section>
      )}
    </div>
  );
}
