/** 成员: who is where, in which role, how many customers each owns; inviting, leave and leaving. */
import { UserAddOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { lazy, Suspense, useState } from "react";
import { Link } from "react-router";

import { api, ok, type Department, type Person } from "../../api";
import { DataList } from "../../shared/DataList";
import { FilterChip } from "../../shared/FilterChip";
import { useWords } from "../../shared/i18n";
import { useCan, useMe } from "../../shared/me";
import { PERSON_STATES, ROLES, useNames } from "../../shared/names";
import { usePages } from "../../shared/pages";
import { usePhone } from "../../shared/screen";
import { SearchBox } from "../../shared/SearchBox";
import { EmptyState } from "../../shared/States";
import { useTableView } from "../../shared/tableView";
import { useUrlState } from "../../shared/urlState";
import { ROLE_ORDER, useDepartments } from "./api";
import { DepartmentLine } from "./DepartmentLine";
import { DepartmentSelect } from "./DepartmentSelect";
import { DepartmentsPanel } from "./DepartmentsPanel";
import { LeaveDialog } from "./LeaveDialog";
import { LinkDialog, type GivenLink } from "./LinkDialog";
import type { Moved } from "./MoveToDialog";
import { PersonCard, usePersonColumns, type Act } from "./personColumns";
import { TeamTabs } from "./TeamTabs";
import { useArrange } from "./useArrange";
import { usePersonMoves } from "./usePersonMoves";
import { WORDS } from "./words";

const PersonDrawer = lazy(() => import("./PersonDrawer"));
const PersonLimits = lazy(() => import("../pools/limits/PersonLimits"));
const DepartmentDialog = lazy(() => import("./DepartmentDialog"));
const DepartmentRules = lazy(() => import("./DepartmentRules"));
const DeputyDialog = lazy(() => import("./DeputyDialog"));
const MoveToDialog = lazy(() => import("./MoveToDialog"));

type Opened =
  | { kind: "invite" }
  | { kind: "edit"; person: Person }
  | { kind: "leave"; person: Person }
  | { kind: "limits"; person: Person }
  | { kind: "deputy"; person: Person }
  | { kind: "move"; moved: Moved }
  | { kind: "rules"; department: Department }
  | { kind: "department"; department?: Department; parentId?: string };

function stateOf(text: string | undefined): Person["state"] | undefined {
  return text === "invited" || text === "active" || text === "left" ? text : undefined;
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
  const arrange = useArrange();
  const departments = useDepartments();
  const chosen = departments.data?.find((each) => each.id === url.department);
  const root = departments.data?.find((each) => !each.parent_id);
  const mayEdit = can("people.edit");
  const mayArrange = can("departments.edit");
  const close = () => setOpened(null);
  const add = mayArrange ? () => setOpened({ kind: "department", parentId: url.department ?? root?.id }) : undefined;
  const act: Act = mayEdit || can("people.leave")
    ? (action, person) => {
        if (action === "edit" || action === "leave" || action === "limits" || action === "deputy") setOpened({ kind: action, person });
        else if (action === "move") setOpened({ kind: "move", moved: { person } });
        else moves[action](person);
      }
    : undefined;
  return (
    <>
      <div className="page-head">
        <h1>{t("team")}</h1>
        <div className="acts">
          {phone && add && <Button onClick={add}>{t("addDepartment")}</Button>}
          {mayEdit && can("imports.start") && (
            <Link to="/imports/new?kind=people">
              <Button data-testid="import-people">{t("importPeople")}</Button>
            </Link>
          )}
          {mayEdit && (
            <Button type="primary" icon={<UserAddOutlined />} onClick={() => setOpened({ kind: "invite" })} data-testid="invite">
              {t("invite")}
            </Button>
          )}
        </div>
      </div>
      <TeamTabs active="people" />
      <div className="row" style={{ gap: 16, alignItems: "flex-start" }}>
        {!phone && <DepartmentsPanel value={url.department} onChange={(department) => setUrl({ department })} onAdd={add} arrange={mayArrange && mayEdit ? arrange : undefined} />}
        <section className="panel grow">
          {chosen && (
            <DepartmentLine
              department={chosen}
              onAdd={add}
              onEdit={mayArrange ? () => setOpened({ kind: "department", department: chosen }) : undefined}
              onMove={mayArrange && chosen.parent_id ? () => setOpened({ kind: "move", moved: { department: chosen } }) : undefined}
              onRemove={mayArrange && chosen.parent_id ? () => void arrange.remove(chosen).then(() => setUrl({ department: chosen.parent_id ?? undefined }), () => undefined) : undefined}
              onRules={() => setOpened({ kind: "rules", department: chosen })}
            />
          )}
          <People act={act} self={me.person.id} mayEdit={mayEdit} onInvite={mayEdit ? () => setOpened({ kind: "invite" }) : undefined} />
        </section>
      </div>
      <Suspense fallback={null}>
        {opened?.kind === "invite" && <PersonDrawer departmentId={url.department ?? root?.id} onLink={setGiven} onClose={close} />}
        {opened?.kind === "edit" && <PersonDrawer personId={opened.person.id} onLink={setGiven} onClose={close} />}
        {opened?.kind === "limits" && <PersonLimits person={opened.person} onClose={close} />}
        {opened?.kind === "move" && <MoveToDialog moved={opened.moved} arrange={arrange} onClose={close} />}
        {opened?.kind === "rules" && <DepartmentRules department={opened.department} onClose={close} />}
        {opened?.kind === "deputy" && <DeputyDialog person={opened.person} onClose={close} />}
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
  const query = { q: url.q, department_id: url.department, state: stateOf(url.state), role: ROLE_ORDER.find((role) => role === url.role) };
  const pages = usePages<Person>(["people", "list", query], (after) => ok(api.GET("/api/v1/people", { params: { query: { ...query, limit: 50, after } } })));
  const view = useTableView("people", usePersonColumns(act, self, mayEdit), ["email"]);
  const filtered = Boolean(url.q || query.state || query.role);
  const empty = filtered ? (
    <EmptyState title={t("noMatch")} text={t("noMatchText")}>
      <Button onClick={() => setUrl({ q: undefined, state: undefined, role: undefined, department: undefined })}>{t("clear")}</Button>
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
        <FilterChip label={t("roles")} value={query.role} onChange={(role) => setUrl({ role })} options={ROLE_ORDER.map((role) => ({ value: role, label: name(ROLES, role) }))} />
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
