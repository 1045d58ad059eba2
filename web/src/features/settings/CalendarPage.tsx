/** The company's working calendar: everybody may look, admins set days, country, zone and opening hours. */
import { LeftOutlined, RightOutlined } from "@ant-design/icons";
import { Alert, Button } from "antd";
import dayjs from "dayjs";
import { useState } from "react";

import { useNow } from "../../shared/clock";
import { useLocale, useWords } from "../../shared/i18n";
import { ListSkeleton } from "../../shared/ListSkeleton";
import { useCan } from "../../shared/me";
import { ErrorState } from "../../shared/States";
import { day as dayText } from "../../shared/time";
import { useUrlState } from "../../shared/urlState";
import { useCalendar, useTenant, type Day } from "./api";
import { CalendarDialog } from "./CalendarDialog";
import { countryName } from "./countries";
import { DayDialog } from "./DayDialog";
import { WORDS } from "./words";
import { Legend, YearGrid } from "./YearGrid";

const FIRST = 2004;
const LAST = 2099;

export default function CalendarPage() {
  const t = useWords(WORDS);
  const locale = useLocale();
  const mayEdit = useCan()("calendar.edit");
  const now = useNow();
  const [url, setUrl] = useUrlState();
  const asked = Number(url.year);
  const year = asked >= FIRST && asked <= LAST ? asked : undefined;
  const calendar = useCalendar(year);
  const tenant = useTenant();
  const [chosen, setChosen] = useState<Day | null>(null);
  const [changing, setChanging] = useState(false);
  if (calendar.error) return <ErrorState error={calendar.error} retry={() => void calendar.refetch()} />;
  const shown = calendar.data;
  const today = shown ? dayjs(now).tz(shown.timezone).format("YYYY-MM-DD") : "";
  const go = (to: number) => setUrl({ year: String(to) });
  const opening = shown?.opening.map(([opens, closes]) => `${opens}–${closes}`).join(locale === "zh-CN" ? "、" : ", ");
  const beyond = shown?.table_ends && (shown.notice || shown.year > Number(shown.table_ends.slice(0, 4)));
  return (
    <>
      <div className="page-head">
        <h1>{t("calendar")}</h1>
        <span className="sub">{t("calendarSub")}</span>
        {shown && (
          <div className="acts row">
            <Button icon={<LeftOutlined />} aria-label={t("before")} disabled={shown.year <= FIRST} onClick={() => go(shown.year - 1)} />
            <b className="num">{t("year", { n: shown.year })}</b>
            <Button icon={<RightOutlined />} aria-label={t("after")} disabled={shown.year >= LAST} onClick={() => go(shown.year + 1)} data-testid="next-year" />
          </div>
        )}
      </div>
      {beyond && shown.table_ends && <Alert type="info" showIcon title={t("tableEnds", { date: dayText(shown.table_ends) })} style={{ marginBottom: 16 }} data-testid="table-ends" />}
      {shown && (
        <section className="panel pad calendar-facts">
          <dl>
            <dt>{t("country")}</dt>
            <dd>{countryName(shown.country, locale)}</dd>
            <dt>{t("timezone")}</dt>
            <dd>{shown.timezone}</dd>
            <dt>{t("opening")}</dt>
            <dd className="num">{opening}</dd>
          </dl>
          {mayEdit ? (
            <Button onClick={() => setChanging(true)} disabled={!tenant.data} data-testid="change-calendar">
              {t("change")}
            </Button>
          ) : (
            <span className="muted small">{t("readOnly")}</span>
          )}
        </section>
      )}
      <section className="panel pad">
        <Legend />
        {shown ? <YearGrid days={shown.days} today={today} onOpen={setChosen} /> : <ListSkeleton rows={8} />}
      </section>
      {chosen && <DayDialog day={chosen} mayEdit={mayEdit} onClose={() => setChosen(null)} />}
      {changing && tenant.data && <CalendarDialog tenant={tenant.data} onClose={() => setChanging(false)} />}
    </>
  );
}
