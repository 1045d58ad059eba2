/** Rows of conditions, the first that a customer meets decides; the last takes everyone else. */
import { ArrowUpOutlined, DeleteOutlined, EditOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Segmented } from "antd";
import { lazy, Suspense, useState } from "react";

import { useWords } from "../../shared/i18n";
import { useFacts } from "../policy/api";
import { useSentence } from "../policy/editor/sentence";
import { HeirsSelect } from "./HeirsSelect";
import { PoolChoice } from "./PoolChoice";
import type { Row } from "./plan";
import { WORDS } from "./words";

const ConditionDialog = lazy(() => import("../pools/ConditionDialog"));

type Props = { personId: string; rows: Row[]; onChange: (rows: Row[]) => void; tried: boolean };

export function RowsInput({ personId, rows, onChange, tried }: Props) {
  const t = useWords(WORDS);
  const facts = useFacts();
  const sentence = useSentence(facts.data);
  const [open, setOpen] = useState<number | null>(null);
  const last = rows.length - 1;
  const set = (at: number, part: Partial<Row>) => onChange(rows.map((row, i) => (i === at ? { ...row, ...part } : row)));
  const add = () => onChange([...rows.slice(0, last), { key: 1 + Math.max(...rows.map((row) => row.key)), when: null, to: "heirs", heirs: [] }, ...rows.slice(last)]);
  const raise = (at: number) => onChange([...rows.slice(0, at - 1), rows[at] as Row, rows[at - 1] as Row, ...rows.slice(at + 1)]);
  const opened = open === null ? undefined : rows[open];
  return (
    <div className="col" style={{ gap: 10 }}>
      {rows.map((row, i) => (
        <div key={row.key} className="hand-row" data-testid={`row-${i}`}>
          <div className="when">
            <span className="num muted">{i + 1}</span>
            {i === last ? (
              <b>{t("rowRest")}</b>
            ) : (
              <>
                {row.when && <span className="told">{facts.data ? sentence(row.when) : "…"}</span>}
                <Button size="small" icon={<EditOutlined />} danger={tried && !row.when} onClick={() => setOpen(i)} data-testid={`condition-${i}`}>
                  {t(row.when ? "conditionEdit" : "conditionAdd")}
                </Button>
              </>
            )}
            <span className="grow" />
            {i > 0 && i < last && <Button size="small" type="text" icon={<ArrowUpOutlined />} aria-label={t("up")} onClick={() => raise(i)} />}
            {i < last && last > 1 && <Button size="small" type="text" icon={<DeleteOutlined />} aria-label={t("removeRow")} onClick={() => onChange(rows.filter((_, at) => at !== i))} />}
          </div>
          <div className="to">
            <span className="soft">{t("rowTo")}</span>
            <Segmented<Row["to"]>
              value={row.to}
              onChange={(to) => set(i, { to })}
              options={[
                { value: "heirs", label: t("rowToHeirs") },
                { value: "pool", label: t("rowToPool") },
              ]}
            />
            <div className="grow">
              {row.to === "heirs" ? (
                <HeirsSelect id={`heirs-${i}`} personId={personId} value={row.heirs} onChange={(heirs) => set(i, { heirs })} />
              ) : (
                <PoolChoice value={row.poolId} onChange={(poolId) => set(i, { poolId })} />
              )}
            </div>
          </div>
        </div>
      ))}
      <Button type="dashed" icon={<PlusOutlined />} onClick={add} disabled={rows.length >= 20}>
        {t("addRow")}
      </Button>
      {open !== null && opened && (
        <Suspense fallback={null}>
          <ConditionDialog
            title={t("condition")}
            intro={t("conditionIntro")}
            value={opened.when}
            onDone={(when) => {
              set(open, { when });
              setOpen(null);
            }}
            onClose={() => setOpen(null)}
          />
        </Suspense>
      )}
    </div>
  );
}
