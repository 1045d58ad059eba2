/** How a person looks in the table of 成员 and on a phone. */
import { EllipsisOutlined } from "@ant-design/icons";
import { Button, Dropdown } from "antd";

import type { Person } from "../../api";
import { useNow } from "../../shared/clock";
import type { Column } from "../../shared/DataList";
import { useLocale, useWords } from "../../shared/i18n";
import { PERSON_STATES, ROLES, useNames } from "../../shared/names";
import { day } from "../../shared/time";
import { ROLE_ORDER } from "./api";
import { ARRANGE_WORDS } from "./arrangeWords";
import { dragBy } from "./dragging";
import { WORDS } from "./words";

export type PersonAction = "edit" | "move" | "limits" | "leave" | "deputy" | "handOver" | "link" | "deactivate" | "reactivate";
/** What one may do with people; undefined for who may only read. */
export type Act = ((action: PersonAction, person: Person) => void) | undefined;

function Name({ person, draggable }: { person: Person; draggable?: boolean }) {
  const t = useWords(WORDS);
  const drag = draggable && person.state !== "left" ? dragBy({ person }) : undefined;
  return (
    <span className={drag ? "row grab" : "row"} style={{ gap: 6 }} data-testid={`person-${person.id}`} {...drag}>
      <b className={person.state === "left" ? "clip muted" : "clip"} title={person.name}>
        {person.name}
      </b>
      {person.leads.length > 0 && <span className="pill sea">{t("leadOf")}</span>}
    </span>
  );
}

function State({ person }: { person: Person }) {
  const name = useNames();
  const tone = person.state === "invited" ? "pill sand" : "pill";
  if (person.state === "active") return <>{name(PERSON_STATES, person.state)}</>;
  return <span className={tone}>{name(PERSON_STATES, person.state)}</span>;
}

/** Nothing once the leave is over. */
function Leave({ person }: { person: Person }) {
  const t = useWords(WORDS);
  const now = useNow();
  const leave = person.leave;
  if (!leave || person.state === "left" || Date.parse(leave.until) <= now) return null;
  // `until` is when they are back: a minute earlier is still the last day away.
  const last = day(new Date(Date.parse(leave.until) - 60_000).toISOString());
  if (Date.parse(leave.from) <= now) return <span className="pill sand">{t("leaveNow", { until: last })}</span>;
  return <span className="pill">{t("leaveSoon", { from: day(leave.from) })}</span>;
}

function useRoles(): (person: Person) => string {
  const name = useNames();
  const zh = useLocale() === "zh-CN";
  return (person) =>
    ROLE_ORDER.filter((role) => person.roles.includes(role))
      .map((role) => name(ROLES, role))
      .join(zh ? "、" : ", ");
}

function Actions({ person, act, self, mayEdit, block }: { person: Person; act: Act; self: string; mayEdit: boolean; block?: boolean }) {
  const t = useWords(WORDS);
  const a = useWords(ARRANGE_WORDS);
  if (!act) return null;
  const size = block ? "middle" : "small";
  if (!mayEdit) {
    if (!person.may_set_leave || person.state === "left") return null;
    return (
      <span className="row" style={{ justifyContent: block ? "flex-start" : "flex-end", gap: block ? 8 : 2 }}>
        <Button size={size} type={block ? "default" : "link"} onClick={() => act("limits", person)} data-testid="see-limits">
          {t("limits")}
        </Button>
        <Button size={size} type={block ? "default" : "link"} onClick={() => act("leave", person)} data-testid="set-leave">
          {t("setLeave")}
        </Button>
        {person.may_hand_over && (
          <Button size={size} type={block ? "default" : "link"} onClick={() => act("handOver", person)} data-testid="hand-over">
            {t("handOver")}
          </Button>
        )}
        <Dropdown trigger={["click"]} menu={{ items: [{ key: "deputy", label: t("deputies"), onClick: () => act("deputy", person) }] }}>
          <Button size={size} type="text" icon={<EllipsisOutlined />} aria-label={t("more")} data-testid="person-more" />
        </Dropdown>
      </span>
    );
  }
  if (person.state === "left") {
    return (
      <Button size={size} type={block ? "default" : "link"} onClick={() => act("reactivate", person)}>
        {t("reactivate")}
      </Button>
    );
  }
  const item = (key: PersonAction, label: string, danger = false) => ({ key, label, danger, onClick: () => act(key, person) });
  const items = [
    item("move", a("moveTo")),
    item("limits", t("limits")),
    item("leave", t("setLeave")),
    item("deputy", t("deputies")),
    item("handOver", t("handOver")),
    item("link", t(person.state === "invited" ? "newInvitation" : "newReset")),
    ...(person.id === self ? [] : [{ type: "divider" as const }, item("deactivate", t("deactivate"), true)]),
  ];
  return (
    <span className="row" style={{ justifyContent: block ? "flex-start" : "flex-end", gap: block ? 8 : 2 }}>
      <Button size={size} type={block ? "default" : "link"} onClick={() => act("edit", person)}>
        {t("edit")}
      </Button>
      <Dropdown trigger={["click"]} menu={{ items }}>
        <Button size={size} type="text" icon={<EllipsisOutlined />} aria-label={t("more")} data-testid="person-more" />
      </Dropdown>
    </span>
  );
}

export function usePersonColumns(act: Act, self: string, mayEdit: boolean): Column<Person>[] {
  const t = useWords(WORDS);
  const roles = useRoles();
  const columns: Column<Person>[] = [
    { key: "name", title: t("name"), width: 172, render: (row) => <Name person={row} draggable={mayEdit} /> },
    { key: "login", title: t("login"), width: 100, render: (row) => row.login },
    { key: "department", title: t("department"), width: 124, render: (row) => row.department?.name ?? <span className="muted">–</span> },
    { key: "roles", title: t("roles"), width: 88, render: roles },
    { key: "state", title: t("state"), width: 80, render: (row) => <State person={row} /> },
    { key: "leave", title: t("leave"), width: 128, render: (row) => <Leave person={row} /> },
    { key: "owned", title: t("owned"), width: 84, align: "right", render: (row) => <span className={row.owned ? "num" : "num muted"}>{row.owned}</span> },
    { key: "email", title: t("email"), width: 180, render: (row) => row.email ?? <span className="muted">–</span> },
  ];
  if (act) columns.push({ key: "act", title: "", width: mayEdit ? 104 : 226, align: "right", render: (row) => <Actions person={row} act={act} self={self} mayEdit={mayEdit} /> });
  return columns;
}

export function PersonCard({ person, act, self, mayEdit }: { person: Person; act: Act; self: string; mayEdit: boolean }) {
  const t = useWords(WORDS);
  const roles = useRoles();
  return (
    <div className="card">
      <Name person={person} />
      <span>
        <State person={person} />
      </span>
      <div className="meta">
        <span>{person.login}</span>
        <span>{person.department?.name}</span>
        <span>{roles(person)}</span>
        <span className="num">{t("ownedN", { n: person.owned })}</span>
        <Leave person={person} />
      </div>
      {act && (
        <div className="acts">
          <Actions person={person} act={act} self={self} mayEdit={mayEdit} block />
        </div>
      )}
    </div>
  );
}
