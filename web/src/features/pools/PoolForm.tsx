/** All settings of a pool, in sections; every number says in one line what it does. */
import { Checkbox, ConfigProvider, Form, Input, Select, type FormInstance } from "antd";
import type { ReactNode } from "react";

import { useWords } from "../../shared/i18n";
import { FIELDS, KINDS, useNames } from "../../shared/names";
import { ClaimingFields, ClaimLimitFields, ClaimTimeFields } from "./ClaimFields";
import { FIELD_WORDS } from "./fieldWords";
import { ReasonsInput } from "./ReasonsInput";
import { NumberSetting, Setting, SettingRow, SwitchSetting } from "./Setting";
import { FOLLOW_UP_KINDS, MASKED_FIELDS, NO_LIMIT, type Key, type Values } from "./settings";
import { SubjectsInput } from "./SubjectsInput";
import "./pools.css";

export const SECTIONS = ["basics", "who", "claiming", "claimTimes", "claimRules", "followUps", "warnings", "requests", "returns", "moves", "masks", "graces"] as const;
export type SectionName = (typeof SECTIONS)[number];
type Props = {
  /** Which parts to show; the form holds all values either way. */
  sections?: readonly SectionName[];
  form: FormInstance<Values>;
  initial: Values;
  locked: boolean;
  /** Only administrators say who administers a pool. */
  adminsLocked: boolean;
  changed: readonly Key[];
  onChange: () => void;
  onFinish: (values: Values) => void;
};

// Read-only settings are there to be read.
const READABLE = { token: { colorTextDisabled: "#55666f" } };

function Section({ word, shown, children }: { word: SectionName; shown: readonly SectionName[]; children: ReactNode }) {
  const f = useWords(FIELD_WORDS);
  if (!shown.includes(word)) return null;
  return (
    <section className="panel" style={{ marginBottom: 16 }}>
      <header>
        <h2>{f(word)}</h2>
      </header>
      <div className="body">{children}</div>
    </section>
  );
}

export function PoolForm({ sections: shown = SECTIONS, form, initial, locked, adminsLocked, changed, onChange, onFinish }: Props) {
  const f = useWords(FIELD_WORDS);
  const name = useNames();
  const mark = (key: Key) => ({ name: key, changed: changed.includes(key) });
  return (
    <ConfigProvider theme={READABLE}>
      <Form form={form} layout="vertical" requiredMark={false} initialValues={initial} disabled={locked} onValuesChange={onChange} onFinish={onFinish} scrollToFirstError={{ block: "center" }}>
        <Section shown={shown} word="basics">
          <Setting {...mark("name")} rules={[{ required: true, whitespace: true, message: f("needName") }]}>
            <Input maxLength={60} />
          </Setting>
        </Section>
        <Section shown={shown} word="who">
          <Setting {...mark("claim")}>
            <SubjectsInput right="claim" />
          </Setting>
          <Setting {...mark("see")}>
            <SubjectsInput right="see" />
          </Setting>
          <ConfigProvider componentDisabled={locked || adminsLocked}>
            <Setting {...mark("admins")}>
              <SubjectsInput right="admins" />
            </Setting>
          </ConfigProvider>
        </Section>
        <Section shown={shown} word="claiming">
          <ClaimingFields form={form} locked={locked} mark={mark} />
        </Section>
        <Section shown={shown} word="claimTimes">
          <ClaimTimeFields locked={locked} mark={mark} />
        </Section>
        <Section shown={shown} word="claimRules">
          <ClaimLimitFields locked={locked} mark={mark} />
        </Section>
        <Section shown={shown} word="followUps">
          <Setting {...mark("follow_up_kinds")} rules={[{ required: true, message: f("needKind") }]}>
            <Checkbox.Group options={FOLLOW_UP_KINDS.map((kind) => ({ value: kind, label: name(KINDS, kind) }))} />
          </Setting>
          <NumberSetting {...mark("follow_up_min_note")} unit="characters" max={1000} />
          <NumberSetting {...mark("backdate_hours")} unit="hours" max={8760} />
          <SwitchSetting {...mark("collaborators_count")} />
          <SwitchSetting {...mark("follow_up_unclaimed")} />
          <SwitchSetting {...mark("hide_earlier_notes")} />
        </Section>
        <Section shown={shown} word="warnings">
          <SwitchSetting {...mark("notice_floor")} />
        </Section>
        <Section shown={shown} word="requests">
          <NumberSetting {...mark("lock_quota")} unit="customers" max={NO_LIMIT} />
          <NumberSetting {...mark("lock_most_days")} unit="days" min={1} max={3660} />
          <NumberSetting {...mark("extension_limit")} unit="times" max={100} />
          <NumberSetting {...mark("extension_most_days")} unit="days" min={1} max={366} />
          <NumberSetting {...mark("appeal_days")} unit="days" max={366} />
        </Section>
        <Section shown={shown} word="returns">
          <SettingRow {...mark("return_reasons")} wide>
            <ReasonsInput locked={locked} />
          </SettingRow>
        </Section>
        <Section shown={shown} word="moves">
          <SwitchSetting {...mark("transfer_needs_acceptance")} />
          <SwitchSetting {...mark("release_elsewhere")} />
        </Section>
        <Section shown={shown} word="masks">
          <Setting {...mark("masked_fields")}>
            <Select mode="multiple" placeholder={f("clearNone")} options={MASKED_FIELDS.map((field) => ({ value: field, label: name(FIELDS, field) }))} />
          </Setting>
          <NumberSetting {...mark("reveal_quota")} unit="perDay" max={NO_LIMIT} />
        </Section>
        <Section shown={shown} word="graces">
          <NumberSetting {...mark("return_grace_days")} unit="workingDays" max={60} />
          <NumberSetting {...mark("lock_grace_days")} unit="workingDays" max={60} />
        </Section>
      </Form>
    </ConfigProvider>
  );
}
