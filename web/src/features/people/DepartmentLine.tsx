/** Which department is chosen, who leads it, and what may be done with it. */
import { EditOutlined, EllipsisOutlined, PlusOutlined } from "@ant-design/icons";
import { App, Button, Dropdown } from "antd";

import type { Department } from "../../api";
import { useLocale, useWords } from "../../shared/i18n";
import { ARRANGE_WORDS } from "./arrangeWords";
import { WORDS } from "./words";

type Props = { department: Department; onEdit?: () => void; onAdd?: () => void; onMove?: () => void; onRemove?: () => void; onRules: () => void };

export function DepartmentLine({ department, onEdit, onAdd, onMove, onRemove, onRules }: Props) {
  const t = useWords(WORDS);
  const a = useWords(ARRANGE_WORDS);
  const zh = useLocale() === "zh-CN";
  const { modal } = App.useApp();
  const names = department.leads.map((lead) => lead.name).join(zh ? "、" : ", ");
  const askRemove = () =>
    modal.confirm({
      title: a("removeTitle", { name: department.name }),
      content: a("removeText"),
      okText: a("remove"),
      cancelText: a("cancel"),
      okButtonProps: { danger: true },
      onOk: onRemove,
    });
  const items = [
    { key: "rules", label: a("rules"), onClick: onRules },
    ...(onMove ? [{ key: "move", label: a("moveTo"), onClick: onMove }] : []),
    ...(onRemove ? [{ type: "divider" as const }, { key: "remove", label: a("remove"), danger: true, onClick: askRemove }] : []),
  ];
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
      <Dropdown trigger={["click"]} menu={{ items }}>
        <Button size="small" icon={<EllipsisOutlined />} aria-label={t("more")} data-testid="department-more" />
      </Dropdown>
    </div>
  );
}
