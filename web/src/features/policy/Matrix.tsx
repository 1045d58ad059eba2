/** The rules as the table that they are: segments in order, a length per timer, everyone else last. */
import { Tooltip } from "antd";

import type { Policy } from "../../api";
import { useServerWords, useWords } from "../../shared/i18n";
import { TIMERS, useNames } from "../../shared/names";
import { usePhone } from "../../shared/screen";
import { WORDS } from "./words";
import "./policy.css";

type Row = Policy["rows"][number];

function Never() {
  const t = useWords(WORDS);
  return (
    <Tooltip title={t("neverTip")}>
      <span className="pill sea">{t("never")}</span>
    </Tooltip>
  );
}

/** What a timer counts, in one line; a timer that this page doesn't know yet stands without. */
function useMeaning(): (timer: string) => string {
  const t = useWords(WORDS);
  return (timer) => (timer in WORDS ? t(timer as keyof typeof WORDS) : "");
}

function Table({ policy }: { policy: Policy }) {
  const t = useWords(WORDS);
  const words = useServerWords();
  const name = useNames();
  const meaning = useMeaning();
  const { timers, rows } = policy;
  const elsewhere = rows.some((row) => row.target);
  return (
    <div style={{ overflowX: "auto" }}>
      <table className="matrix" data-testid="matrix">
        <thead>
          <tr>
            <th className="no" />
            <th>{t("segment")}</th>
            {timers.map((timer) => (
              <th key={timer.name}>
                {name(TIMERS, timer.name)}
                <small>{meaning(timer.name)}</small>
              </th>
            ))}
            {elsewhere && <th>{t("target")}</th>}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={row.name.zh} className={row.condition ? undefined : "rest"}>
              <td className="no">{index + 1}</td>
              <th scope="row">
                {words(row.name)}
                <span className="when">{row.condition ? words(row.condition) : t("everyone")}</span>
              </th>
              {Object.keys(row.cells).length === 0 ? (
                <td colSpan={Math.max(1, timers.length)}>
                  <Never />
                </td>
              ) : (
                timers.map((timer) => {
                  const cell = row.cells[timer.name];
                  return cell ? (
                    <td key={timer.name} className="len">
                      {words(cell.words)}
                    </td>
                  ) : (
                    <td key={timer.name} className="none" title={t("notRunning")}>
                      –
                    </td>
                  );
                })
              )}
              {elsewhere && <td>{row.target?.name ?? t("home")}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Card({ row, index, timers, elsewhere }: { row: Row; index: number; timers: Policy["timers"]; elsewhere: boolean }) {
  const t = useWords(WORDS);
  const words = useServerWords();
  const name = useNames();
  const meaning = useMeaning();
  const running = timers.filter((timer) => row.cells[timer.name]);
  return (
    <div className="segment-card">
      <div className="row between" style={{ alignItems: "flex-start" }}>
        <b>
          {index + 1}. {words(row.name)}
        </b>
        {!running.length && <Never />}
      </div>
      <div className="small muted">{row.condition ? words(row.condition) : t("everyone")}</div>
      {running.length > 0 && (
        <dl>
          {running.map((timer) => [
            <dt key={timer.name}>
              {name(TIMERS, timer.name)}
              <small>{meaning(timer.name)}</small>
            </dt>,
            <dd key={`${timer.name}=`}>{words(row.cells[timer.name]?.words)}</dd>,
          ])}
          {elsewhere && <dt>{t("target")}</dt>}
          {elsewhere && <dd>{row.target?.name ?? t("home")}</dd>}
        </dl>
      )}
    </div>
  );
}

export function Matrix({ policy }: { policy: Policy }) {
  const phone = usePhone();
  const elsewhere = policy.rows.some((row) => row.target);
  if (!phone) return <Table policy={policy} />;
  return (
    <div data-testid="matrix">
      {policy.rows.map((row, index) => (
        <Card key={row.name.zh} row={row} index={index} timers={policy.timers} elsewhere={elsewhere} />
      ))}
    </div>
  );
}
