/** The other cells of a row: its name in two languages, its condition in words, where it goes, what it catches. */
import { CopyOutlined, DeleteOutlined, DownOutlined, EditOutlined, MoreOutlined, UpOutlined } from "@ant-design/icons";
import { Button, Dropdown, Input, Select } from "antd";
import type { ChangeEvent } from "react";

import type { Words } from "../../../api";
import { useLocale, useServerWords, useWords } from "../../../shared/i18n";
import { usePools } from "../../pools/api";
import { EDITOR_WORDS } from "../editorWords";
import { useFaultText, usePlace } from "../faults";
import { nameOf, targetOf, TIMER_NAMES, timerOf, withName, withTarget, type PolicyDocument, type Segment } from "../rules";
import type { Fault, Preview } from "../shapes";

export function NameCell({ segment, faulty, onChange }: { segment: Segment; faulty: boolean; onChange: (segment: Segment) => void }) {
  const t = useWords(EDITOR_WORDS);
  const own = useLocale() === "zh-CN" ? "zh" : "en";
  const other = own === "zh" ? "en" : "zh";
  const name = nameOf(segment);
  const field = (language: "zh" | "en") => ({
    variant: "borderless" as const,
    value: name[language],
    maxLength: 80,
    "aria-label": t(language === "zh" ? "nameZh" : "nameEn"),
    onChange: (event: ChangeEvent<HTMLInputElement>) => onChange(withName(segment, { ...name, [language]: event.target.value })),
  });
  return (
    <div className="name-cell">
      <Input {...field(own)} status={faulty ? "error" : undefined} placeholder={name[other] || t("name")} data-testid="row-name" />
      <Input {...field(other)} size="small" className="small" placeholder={t(other === "zh" ? "nameZh" : "nameEn")} />
    </div>
  );
}

type ConditionProps = { segment: Segment; last: boolean; words: Words | null | undefined; fallback: string; faulty: boolean; onEdit: () => void };

export function ConditionCell({ segment, last, words, fallback, faulty, onEdit }: ConditionProps) {
  const t = useWords(EDITOR_WORDS);
  const text = useServerWords();
  if (last && segment.when === undefined) return <div className="when">{t("rest")}</div>;
  const missing = segment.when === undefined || segment.when === null;
  const told = missing ? t("setCondition") : words ? text(words) : fallback;
  return (
    <button type="button" className={`cell when${faulty ? " faulty" : ""}`} onClick={onEdit} title={`${t("editCondition")} · ${told}`} data-testid="row-condition">
      <span>{told}</span> <EditOutlined />
    </button>
  );
}

/** A row without clocks says what that means. */
export function NeverPill({ segment }: { segment: Segment }) {
  const t = useWords(EDITOR_WORDS);
  if (TIMER_NAMES.some((timer) => timerOf(segment, timer) !== undefined)) return null;
  return <span className="pill sea never">{t("never")}</span>;
}

export function TargetCell({ segment, faulty, onChange, row }: { segment: Segment; faulty: boolean; onChange: (segment: Segment) => void; row: string }) {
  const t = useWords(EDITOR_WORDS);
  const pools = usePools();
  const chosen = targetOf(segment);
  // The document may name a pool by its id; the list shows names, and what is no longer there as it stands.
  const value = pools.data?.find((pool) => pool.id === chosen)?.name ?? chosen ?? "";
  const options = [{ value: "", label: t("home") }, ...(pools.data ?? []).map((pool) => ({ value: pool.name, label: pool.name }))];
  return (
    <Select<string>
      variant="borderless"
      status={faulty ? "error" : undefined}
      value={value}
      options={options}
      popupMatchSelectWidth={false}
      onChange={(next) => onChange(withTarget(segment, next || null))}
      aria-label={`${row} · ${t("target")}`}
      className={faulty ? "target-cell faulty" : "target-cell"}
    />
  );
}

export type Caught = Preview["segments"][number] & { share: number; left: number };

/** What each row catches, and how many fall through to the rows below. `counted`: the rows that the preview is of;
 * a row is the same one as long as its condition is. */
export function caughtBy(preview: Preview | undefined, counted: Segment[], segments: Segment[]): (Caught | undefined)[] {
  if (!preview?.population) return [];
  let left = preview.population;
  const caught = preview.segments.map((segment) => {
    left -= segment.count;
    return { ...segment, left, share: segment.count / preview.population };
  });
  const known = new Map(keysOf(counted).map((key, index) => [key, caught[index]]));
  return keysOf(segments).map((key) => known.get(key));
}

/** A row's condition, and the how-manieth with it; everyone else is the last. */
function keysOf(segments: Segment[]): string[] {
  const seen = new Map<string, number>();
  return segments.map((segment, index) => {
    const condition = index === segments.length - 1 ? "last" : JSON.stringify(segment.when);
    const nth = (seen.get(condition) ?? 0) + 1;
    seen.set(condition, nth);
    return `${nth} ${condition}`;
  });
}

export function CountCell({ caught, stale }: { caught: Caught | undefined; stale: boolean }) {
  const t = useWords(EDITOR_WORDS);
  if (!caught) return <span className="muted">–</span>;
  return (
    <div className={stale ? "count stale" : "count"} data-testid="row-count">
      <b className="num">{caught.count.toLocaleString("en-US")}</b>
      <div className="share">
        <i style={{ width: `${Math.max(caught.share * 100, caught.count ? 1 : 0)}%` }} />
      </div>
      <span className="small muted num">{caught.left > 0 ? t("fallsOn", { n: caught.left.toLocaleString("en-US") }) : t("fallsNone")}</span>
    </div>
  );
}

type MenuProps = { index: number; last: boolean; end: number; onMove: (to: number) => void; onDuplicate: () => void; onRemove: () => void };

export function RowMenu({ index, last, end, onMove, onDuplicate, onRemove }: MenuProps) {
  const t = useWords(EDITOR_WORDS);
  if (last) return null;
  const items = [
    { key: "up", icon: <UpOutlined />, label: t("up"), disabled: index === 0, onClick: () => onMove(index - 1) },
    { key: "down", icon: <DownOutlined />, label: t("down"), disabled: index >= end, onClick: () => onMove(index + 1) },
    { key: "duplicate", icon: <CopyOutlined />, label: t("duplicate"), onClick: onDuplicate },
    { key: "remove", icon: <DeleteOutlined />, label: t("remove"), danger: true, onClick: onRemove },
  ];
  return (
    <Dropdown menu={{ items }} trigger={["click"]}>
      <Button type="text" size="small" icon={<MoreOutlined />} aria-label={t("more")} data-testid="row-menu" />
    </Dropdown>
  );
}

/** What is wrong in one row, in words, each with its place. */
export function RowFaults({ faults, document }: { faults: Fault[]; document: PolicyDocument }) {
  const place = usePlace();
  const text = useFaultText(true);
  return (
    <ul className="row-faults" data-testid="row-faults">
      {faults.map((fault, index) => (
        <li key={`${fault.path} ${index}`}>
          <b>{place(fault, document, 2) || null}</b> {text(fault)}
        </li>
      ))}
    </ul>
  );
}
