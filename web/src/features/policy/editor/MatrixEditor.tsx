/** The matrix with its head and foot: which clocks to show, what to mend, a new row; table at a desk, cards on a phone. */
import { PlusOutlined } from "@ant-design/icons";
import { Alert, Button, Switch } from "antd";
import { useState } from "react";

import { useWords } from "../../../shared/i18n";
import { usePhone } from "../../../shared/screen";
import { EDITOR_WORDS } from "../editorWords";
import { useFaultText, usePlace } from "../faults";
import { TIMER_NAMES, usedTimers } from "../rules";
import { WORDS } from "../words";
import { EditCards } from "./EditCards";
import { EditTable } from "./EditTable";
import type { MatrixProps } from "./matrix";

function Summary({ faults, document }: Pick<MatrixProps, "faults" | "document">) {
  const t = useWords(EDITOR_WORDS);
  const place = usePlace();
  const text = useFaultText(true);
  const here = faults.filter((fault) => !fault.path.startsWith("cleaning"));
  if (!here.length) return null;
  const inRows = here.filter((fault) => fault.path.startsWith("segments["));
  const others = here.filter((fault) => !fault.path.startsWith("segments["));
  return (
    <Alert
      type="error"
      showIcon
      data-testid="faults"
      style={{ margin: "0 20px 12px" }}
      title={here.length === 1 ? t("faultOne") : t("faults", { n: here.length })}
      description={
        others.length > 0 && (
        <>
          {others.map((fault) => (
            <div key={`${fault.path} ${fault.code}`}>
              <b>{place(fault, document)}</b> {text(fault)}
            </div>
          ))}
          {inRows.length > 0 && <div>{t("inRows", { n: inRows.length })}</div>}
        </>
        )
      }
    />
  );
}

export function MatrixEditor(props: MatrixProps) {
  const { rows, faults, document } = props;
  const t = useWords(EDITOR_WORDS);
  const w = useWords(WORDS);
  const phone = usePhone();
  const [all, setAll] = useState(() => window.innerWidth >= 1400);
  const used = usedTimers(rows.segments);
  const timers = all || !used.length ? [...TIMER_NAMES] : used;
  const last = rows.segments.at(-1);
  return (
    <section className="panel" style={{ overflow: "hidden" }}>
      <header>
        <h2>{w("matrix")}</h2>
        <label className="acts row small soft" style={{ cursor: "pointer" }}>
          <Switch size="small" checked={all} onChange={setAll} /> {t("allTimers")}
        </label>
      </header>
      <p className="soft how-read">{t("how")}</p>
      <Summary faults={faults} document={document} />
      {phone ? <EditCards {...props} timers={timers} /> : <EditTable {...props} timers={timers} />}
      <div className="matrix-foot">
        <Button icon={<PlusOutlined />} onClick={rows.add} data-testid="add-row">
          {t("addRow")}
        </Button>
        {last?.when !== undefined && (
          <Button type="primary" ghost onClick={rows.addRest}>
            {t("addRest")}
          </Button>
        )}
      </div>
    </section>
  );
}
