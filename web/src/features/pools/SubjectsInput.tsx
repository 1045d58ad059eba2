/** Chooses whom a right is given to: everyone, or departments with all below them, roles, and persons. */
import { useQuery } from "@tanstack/react-query";
import { Radio, Select, TreeSelect } from "antd";
import { useMemo, useState } from "react";

import { api, ok, type Department, type Subject } from "../../api";
import { useWords } from "../../shared/i18n";
import { ROLES, useNames } from "../../shared/names";
import { FIELD_WORDS } from "./fieldWords";
import type { Right } from "./settings";

type Node = { value: string; title: string; children: Node[] };
type Props = { value?: Subject[]; onChange?: (value: Subject[]) => void; right: Right; id?: string };

function treeOf(departments: Department[], parent: string | null = null): Node[] {
  return departments
    .filter((department) => department.parent_id === parent)
    .map((department) => ({ value: department.id, title: department.name, children: treeOf(departments, department.id) }));
}

function useDepartmentTree(): Node[] | undefined {
  const departments = useQuery({ queryKey: ["departments"], queryFn: () => ok(api.GET("/api/v1/departments")), staleTime: 60_000 });
  return useMemo(() => departments.data && treeOf(departments.data.items), [departments.data]);
}

type Option = { value: string; label: string };

/** Several persons by name; asks the server as one types, keeps the names of those chosen. */
function PersonsSelect({ value, onChange, placeholder }: { value: Option[]; onChange: (value: Option[]) => void; placeholder: string }) {
  const [q, setQ] = useState("");
  const people = useQuery({
    queryKey: ["people", "select", q],
    queryFn: () => ok(api.GET("/api/v1/people", { params: { query: { q: q || undefined, state: "active", limit: 50 } } })),
    placeholderData: (before) => before,
  });
  return (
    <Select<Option[]>
      mode="multiple"
      labelInValue
      value={value}
      onChange={onChange}
      placeholder={placeholder}
      aria-label={placeholder}
      showSearch={{ filterOption: false, onSearch: setQ }}
      options={people.data?.items.map(({ id, name, department }) => ({ value: id, label: name, department: department?.name }))}
      optionRender={({ label, data }) => (
        <>
          {label} <span className="muted small">{(data as { department?: string }).department}</span>
        </>
      )}
    />
  );
}

type Mode = "all" | "nobody" | "some";
/** Everybody may see and claim, but somebody administers; and only those who claim must be named. */
const MODES: Record<Right, Mode[]> = { claim: ["all", "some"], see: ["all", "nobody", "some"], admins: ["nobody", "some"] };
const MODE_WORDS = { all: "everyone", nobody: "nobodyElse", some: "chosen" } as const;

export function SubjectsInput({ value = [], onChange, right, id }: Props) {
  const f = useWords(FIELD_WORDS);
  const name = useNames();
  const tree = useDepartmentTree();
  const modes = MODES[right];
  // "Only these" with nobody chosen yet looks like "nobody" to the server, not to the one who is choosing.
  const [choosing, setChoosing] = useState(false);
  const all = value.some((subject) => subject.kind === "all");
  const mode: Mode = all ? "all" : value.length || choosing || !modes.includes("nobody") ? "some" : "nobody";
  const choose = (next: Mode) => {
    setChoosing(next === "some");
    onChange?.(next === "all" ? [{ kind: "all" }] : []);
  };
  const of = (kind: Subject["kind"]) => value.filter((subject) => subject.kind === kind);
  const change = (kind: Subject["kind"], next: Subject[]) => onChange?.([...value.filter((subject) => subject.kind !== kind && subject.kind !== "all"), ...next]);
  return (
    <div className="subjects" id={id}>
      <Radio.Group value={mode} onChange={(event) => choose(event.target.value as Mode)} options={modes.map((each) => ({ value: each, label: f(MODE_WORDS[each]) }))} />
      {mode === "some" && (
        <>
          <TreeSelect<string[]>
            treeData={tree}
            multiple
            treeDefaultExpandAll
            allowClear
            showSearch={{ treeNodeFilterProp: "title" }}
            placeholder={f("departments")}
            aria-label={f("departments")}
            value={of("department").map((subject) => subject.id ?? "")}
            onChange={(ids) => change("department", ids.map((department) => ({ kind: "department", id: department })))}
          />
          <Select<string[]>
            mode="multiple"
            placeholder={f("roles")}
            aria-label={f("roles")}
            value={of("role").map((subject) => subject.role ?? "")}
            onChange={(roles) => change("role", roles.map((role) => ({ kind: "role", role: role as Subject["role"] })))}
            options={Object.keys(ROLES).map((role) => ({ value: role, label: name(ROLES, role) }))}
          />
          <PersonsSelect
            placeholder={f("persons")}
            value={of("person").map((subject) => ({ value: subject.id ?? "", label: subject.name ?? `#${subject.id}` }))}
            onChange={(people) => change("person", people.map((person) => ({ kind: "person", id: person.value, name: person.label })))}
          />
          {!value.length && <span className="small muted">{f(`${right}_empty`)}</span>}
        </>
      )}
    </div>
  );
}
