/** One setting as a row: its name and what it means in plain words, and the control that changes it. */
import { Form, InputNumber, Switch } from "antd";
import type { FormItemProps } from "antd";
import type { ReactNode } from "react";

import { useWords } from "../../shared/i18n";
import { FIELD_WORDS } from "./fieldWords";
import type { Key, Values } from "./settings";

type Word = keyof typeof FIELD_WORDS;
type Props = { name: Key; children: ReactNode; rules?: FormItemProps["rules"]; changed?: boolean; wide?: boolean; valuePropName?: string };

/** The row itself, for controls that are no form item of their own. */
export function SettingRow({ name, children, changed, wide }: Pick<Props, "name" | "children" | "changed" | "wide">) {
  const f = useWords(FIELD_WORDS);
  return (
    <div className={wide ? "setting wide" : "setting"} id={`setting-${name}`}>
      <div className="what">
        <label htmlFor={name}>
          <b>{f(name)}</b>
        </label>
        {changed && <span className="changed" />}
        <p>{f(`${name}_hint` as Word)}</p>
      </div>
      <div>{children}</div>
    </div>
  );
}

export function Setting({ name, children, rules, changed, wide, valuePropName }: Props) {
  return (
    <SettingRow name={name} changed={changed} wide={wide}>
      <Form.Item<Values> name={name} rules={rules} valuePropName={valuePropName}>
        {children}
      </Form.Item>
    </SettingRow>
  );
}

export function SwitchSetting({ name, changed }: Pick<Props, "name" | "changed">) {
  return (
    <Setting name={name} changed={changed} valuePropName="checked">
      <Switch />
    </Setting>
  );
}

type NumberProps = { name: Key; unit: Word; min?: number; max: number; optional?: Word; changed?: boolean };

/** A whole number with its unit; `optional`: what an empty field means. */
export function NumberSetting({ name, unit, min = 0, max, optional, changed }: NumberProps) {
  const f = useWords(FIELD_WORDS);
  return (
    <SettingRow name={name} changed={changed}>
      <div className="number">
        <Form.Item<Values> name={name} rules={optional ? [] : [{ required: true, message: f("needNumber") }]}>
          <InputNumber min={min} max={max} precision={0} style={{ width: 140 }} placeholder={optional && f(optional)} inputMode="numeric" />
        </Form.Item>
        <span className="muted">{f(unit)}</span>
      </div>
    </SettingRow>
  );
}
