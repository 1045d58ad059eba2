/** One filter of a list as a chip: opens its choices, shows the one chosen, and clears with a click. */
import { CloseOutlined, DownOutlined } from "@ant-design/icons";
import { Button, Dropdown } from "antd";

type Props = {
  label: string;
  value: string | undefined;
  options: { value: string; label: string }[];
  onChange: (value: string | undefined) => void;
};

export function FilterChip({ label, value, options, onChange }: Props) {
  if (!options.length) return null;
  const chosen = options.find((option) => option.value === value);
  return (
    <Dropdown
      trigger={["click"]}
      menu={{
        items: options.map((option) => ({ key: option.value, label: option.label })),
        selectedKeys: value ? [value] : [],
        onClick: ({ key }) => onChange(key === value ? undefined : key),
        style: { maxHeight: 320, overflowY: "auto" },
      }}
    >
      <Button
        shape="round"
        size="middle"
        style={value ? { background: "var(--sea-soft)", borderColor: "#b9d6df", color: "var(--sea-deep)" } : undefined}
      >
        {value ? `${label} · ${chosen?.label ?? value}` : label}
        {value ? (
          <CloseOutlined
            style={{ fontSize: 10 }}
            onClick={(event) => {
              event.stopPropagation();
              onChange(undefined);
            }}
          />
        ) : (
          <DownOutlined style={{ fontSize: 10, color: "var(--ink-3)" }} />
        )}
      </Button>
    </Dropdown>
  );
}
