/** 成员: who is where, in which role, how many customers each owns; inviting, leave and leaving. */
import { EditOutlined, PlusOutlined, UserAddOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { lazy, Suspense, useState } from "react";

import { api, ok, type Department, type Person } from "../../api";
import { DataList } from "../../shared/DataList";
import { FilterChip } from "../../shared/FilterChip";
import { useLocale, useWords } from "../../shared/i18n";
import { useCan, useMe } from "../../shared/me";
import { PERSON_STATES, useNames } from "../../shared/names";
import { usePages } from "../../shared/pages";
import { usePhone } from "../../shared/screen";
import { SearchBox } from "../../shared/SearchBox";
import { EmptyState } from "../../shared/States";
import { useTableView } from "../../shared/tableView";
import { useUrlState } from "../../shared/urlState";
import { useDepartments } from "./api";
import { DepartmentSelect } from "./DepartmentSelect";
import { DepartmentsPanel } from "./DepartmentsPanel";
import { LeaveDialog } from "./LeaveDialog";
import { LinkDialog, type GivenLink } from "./LinkDialog";
import { PersonCard, usePersonColumns, type Act } from "./personColumns";
import { TeamTabs } from "./TeamTabs";
import { usePersonMoves } from "./usePersonMoves";
import { WORDS } from "./words";

const PersonDrawer = lazy(() => import("./PersonDrawer"));
const PersonLimits = lazy(() => import("../pools/limits/PersonLimits"));
const DepartmentDialog = lazy(() => import("./DepartmentDialog"));

type Opened =
  | { kind: "invite" }
  | { kind: "edit"; person: Person }
  | { kind: "leave"; person: Person }
  | { kind: "limits"; person: Person }
  | { kind: "department"; department?: Department; parentId?: string };

function stateOf(text: string | undefined): Person["state"] | undefined {
  return text === "invited" || text === "active" || text === "left" ? text : undefined;
}

/** Which department is chosen and who leads it. */
function DepartmentLine({ department, onEdit, onAdd }: { department: Department; onEdit?: () => void; onAdd?: () => void }) {
  const t = useWords(WORDS);
  const zh = useLocale() === "zh-CN";
  const names = department.leads.map((lead) => lead.name).join(zh ? "、" : ", ");
  return (
    <div className="row wrap" style={{ padding: "12px 16px 0" }} data-testid="department">
      <b>{department.name}</b>
      <span className={names ? "soft" : "muted"}>{names ? t("leadsHere", { names }) : t("noLead")}</span>
      <span className="grow" />
      {onEdit && (
        <Button size="small" icon={<EditOutlined />} onClick={onEdit}>
          {t("editDepartment")}
        </Button>
      )}
      {onAdd && (
        <Button size="small" icon={<PlusOutlined />} onClick={onAdd}>
          {t("addBelow")}
        </Button>
      )}
    </div>
  );
}

export default function Team() {
  const t = useWords(WORDS);
  const can = useCan();
  const me = useMe();
  const phone = usePhone();
  const [url, setUrl] = useUrlState();
  const [opened, setOpened] = useState<Opened | null>(null);
  const [given, setGiven] = useState<GivenLink | null>(null);
  const moves = usePersonMoves(setGiven);
  const departments = useDepartments();
  const chosen = departments.data?.find((each) => each.id === url.department);
  const root = departments.data?.find((each) => !each.parent_id);
  const mayEdit = can("people.edit");
  const mayArrange = can("departments.edit");
  const close = () => setOpened(null);
  const add = mayArrange ? () => setOpened({ kind: "department", parentId: url.department ?? root?.id }) : undefined;
  const act: Act = mayEdit || can("people.leave")
    ? (action, person) => {
        if (action === "edit" || action === "leave" || action === "limits") setOpened({ kind: action, person });
        else moves[action](person);
      }
    : undefined;
  return (
    <>
      <div className="page-head">
        <h1>{t("team")}</h1>
        <div className="acts">
          {phone && add && <Button onClick={add}>{t("addDepartment")}</Button>}
          {mayEdit && (
            <Button type="primary" icon={<UserAddOutlined />} onClick={() => setOpened({ kind: "invite" })} data-testid="invite">
              {t("invite")}
            </Button>
          )}
        </div>
      </div>
      <TeamTabs active="people" />
      <div className="row" style={{ gap: 16, alignItems: "flex-start" }}>
        {!phone && <DepartmentsPanel value={url.department} onChange={(department) => setUrl({ department })} onAdd={add} />}
        <section className="panel grow">
          {chosen && <DepartmentLine department={chosen} onAdd={add} onEdit={mayArrange ? () => setOpened({ kind: "department", department: chosen }) : undefined} />}
          <People act={act} self={me.person.id} mayEdit={mayEdit} onInvite={mayEdit ? () => setOpened({ kind: "invite" }) : undefined} />
        </section>
      </div>
      <Suspense fallback={null}>
        {opened?.kind === "invite" && <PersonDrawer departmentId={url.department ?? root?.id} onLink={setGiven} onClose={close} />}
        {opened?.kind === "edit" && <PersonDrawer personId={opened.person.id} onLink={setGiven} onClose={close} />}
        {opened?.kind === "limits" && <PersonLimits person={opened.person} onClose={close} />}
        {opened?.kind === "department" && <DepartmentDialog department={opened.department} parentId={opened.parentId} onClose={close} />}
      </Suspense>
      {opened?.kind === "leave" && <LeaveDialog person={opened.person} onClose={close} />}
      {given && <LinkDialog given={given} onClose={() => setGiven(null)} />}
    </>
  );
}

function People({ act, self, mayEdit, onInvite }: { act: Act; self: string; mayEdit: boolean; onInvite?: () => void }) {
  const t = useWords(WORDS);
  const name = useNames();
  const phone = usePhone();
  const [url, setUrl] = useUrlState();
  const query = { q: url.q, department_id: url.department, state: stateOf(url.state) };
  const pages = usePages<Person>(["people", "list", query], (after) => ok(api.GET("/api/v1/people", { params: { query: { ...query, limit: 50, after } } })));
  const view = useTableView("people", usePersonColumns(act, self, mayEdit), ["email"]);
  const filtered = Boolean(url.q || query.state);
  const empty = filtered ? (
    <EmptyState title={t("noMatch")} text={t("noMatchText")}>
      <Button onClick={() => setUrl({ q: undefined, state: undefined, department: undefined })}>{t("clear")}</Button>
    </EmptyState>
  ) : (
    <EmptyState title={t("empty")} text={t(onInvite ? "emptyText" : "emptyRead")}>
      {onInvite && <Button onClick={onInvite}>{t("invite")}</Button>}
    </EmptyState>
  );
  return (
    <>
      <div className="filters">
        <SearchBox value={url.q} onChange={(q) => setUrl({ q })} placeholder={t("search")} width={phone ? 190 : 240} />
        {phone && (
          <DepartmentSelect value={url.department} onChange={(department) => setUrl({ department })} allowClear placeholder={t("wholeCompany")} style={{ minWidth: 150 }} />
        )}
        <FilterChip
          label={t("state")}
          value={query.state}
          onChange={(state) => setUrl({ state })}
          options={Object.keys(PERSON_STATES).map((state) => ({ value: state, label: name(PERSON_STATES, state) }))}
        />
        <span className="total" />
        {!phone && view.button}
      </div>
      <DataList
        columns={view.shown}
        density={view.density}
        minWidth={880}
        pages={pages}
        rowKey={(row) => row.id}
        card={(row) => <PersonCard person={row} act={act} self={self} mayEdit={mayEdit} />}
        empty={empty}
      />
    </>
  );
}
