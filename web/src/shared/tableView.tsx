/** Columns and density of a table, remembered on this device. */
import { SettingOutlined } from "@ant-design/icons";
import { Button, Checkbox, Popover, Segmented } from "antd";
import { useState } from "react";

import type { Column, Density } from "./DataList";
import { useWords, type Pair } from "./i18n";

const WORDS = {
  view: ["列与行高", "Columns and density"],
  compact: ["紧凑", "Compact"],
  roomy: ["宽松", "Comfortable"],
} as const satisfies Record<string, Pair>;

type View = { hidden: string[]; density: Density };

function read(id: string, hidden: string[]): View {
  try {
    return { hidden, density: "roomy", ...(JSON.parse(localStorage.getItem(`gonghai.view.${id}`) ?? "{}") as Partial<View>) };
  } catch {
    return { hidden, density: "roomy" };
  }
}

/** The columns to show, the density, and the button that changes both; the first column always stays. */
export function useTableView<T>(id: string, columns: Column<T>[], hiddenAtFirst: string[] = []) {
  const t = useWords(WORDS);
  const [view, setView] = useState(() => read(id, hiddenAtFirst));
  const change = (part: Partial<View>) => {
    const next = { ...view, ...part };
    localStorage.setItem(`gonghai.view.${id}`, JSON.stringify(next));
    setView(next);
  };
  const optional = columns.filter((column, index) => index > 0 && column.title);
  const button = (
    <Popover
      trigger="click"
      placement="bottomRight"
      content={
        <div className="col">
          <Segmented<Density>
            value={view.density}
            onChange={(density) => change({ density })}
            options={[
              { value: "roomy", label: t("roomy") },
              { value: "compact", label: t("compact") },
            ]}
          />
          <Checkbox.Group
            style={{ display: "flex", flexDirection: "column", gap: 8 }}
            value={optional.map((column) => column.key).filter((key) => !view.hidden.includes(key))}
            options={optional.map((column) => ({ value: column.key, label: column.title }))}
            onChange={(shown) => change({ hidden: optional.map((column) => column.key).filter((key) => !shown.includes(key)) })}
          />
        </div>
      }
    >
      <Button className="desk" type="text" icon={<SettingOutlined />} aria-label={t("view")} title={t("view")} />
    </Popover>
  );
  return { shown: columns.filter((column) => !view.hidden.includes(column.key)), density: view.density, button };
}
