/** The settings of claiming: by which mode, when, and how much. */
import { Form, Radio, type FormInstance } from "antd";

import type { ClaimWindow } from "../../api";
import { useWords } from "../../shared/i18n";
import { ConditionInput } from "./ConditionInput";
import { FIELD_WORDS } from "./fieldWords";
import { NumberSetting, Setting, SwitchSetting } from "./Setting";
import { MODES, NO_LIMIT, type Key, type Values } from "./settings";
import { WindowsInput } from "./WindowsInput";
import { useWindowFaults } from "./windows";

type Mark = (key: Key) => { name: Key; changed: boolean };
type Props = { locked: boolean; mark: Mark };

/** What only one mode needs is shown with that mode; the values of the others are kept. */
function ModeFields({ mode, mark }: { mode: Values["mode"]; mark: Mark }) {
  if (mode === "next_best") {
    return (
      <>
        <NumberSetting {...mark("offer_minutes")} unit="minutes" min={1} max={1440} />
        <NumberSetting {...mark("decline_cost")} unit="claimsUsed" max={100} />
        <NumberSetting {...mark("decline_wait_minutes")} unit="minutes" max={1440} />
      </>
    );
  }
  return mode === "draw" ? <NumberSetting {...mark("draw_most_wishes")} unit="customers" min={1} max={200} /> : null;
}

export function ClaimingFields({ form, locked, mark }: Props & { form: FormInstance<Values> }) {
  const f = useWords(FIELD_WORDS);
  const mode = Form.useWatch("mode", form);
  return (
    <>
      <Setting {...mark("mode")}>
        <Radio.Group style={{ display: "flex", flexDirection: "column", gap: 10 }}>
          {MODES.map((each) => (
            <Radio key={each} value={each} style={{ alignItems: "flex-start" }}>
              {f(`mode_${each}`)}
              <div className="small muted">{f(`mode_${each}_about`)}</div>
            </Radio>
          ))}
        </Radio.Group>
      </Setting>
      <ModeFields mode={mode} mark={mark} />
      <Setting {...mark("approval")}>
        <ConditionInput title="approval_title" intro="approval_intro" none="approval_none" locked={locked} />
      </Setting>
      <SwitchSetting {...mark("hide_claimers")} />
    </>
  );
}

export function ClaimTimeFields({ locked, mark }: Props) {
  const faults = useWindowFaults();
  const sound = (_: unknown, windows: ClaimWindow[]) => {
    const found = faults(windows);
    return found.length ? Promise.reject(new Error(found.join("\n"))) : Promise.resolve();
  };
  return (
    <>
      <Setting {...mark("claim_windows")} rules={[{ validator: sound }]}>
        <WindowsInput locked={locked} />
      </Setting>
      <NumberSetting {...mark("freeze_hours")} unit="hours" max={8760} />
      <NumberSetting {...mark("min_interval_seconds")} unit="seconds" max={86_400} />
    </>
  );
}

export function ClaimLimitFields({ locked, mark }: Props) {
  return (
    <>
      <NumberSetting {...mark("daily_quota")} unit="perDay" max={NO_LIMIT} />
      <NumberSetting {...mark("holding_cap")} unit="customers" max={NO_LIMIT} />
      <NumberSetting {...mark("holding_exempt_won_days")} unit="days" min={1} max={3660} optional="allCount" />
      <Setting {...mark("holding_exempt")}>
        <ConditionInput title="holding_exempt_title" intro="holding_exempt_intro" none="holding_exempt_none" locked={locked} />
      </Setting>
      <NumberSetting {...mark("untouched_cap")} unit="customers" max={NO_LIMIT} />
      <NumberSetting {...mark("cooldown_holders")} unit="holders" max={100} />
      <NumberSetting {...mark("cooldown_days")} unit="days" max={3660} />
      <SwitchSetting {...mark("exempt_admins")} />
    </>
  );
}
