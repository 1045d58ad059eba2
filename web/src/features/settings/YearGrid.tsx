/** A year as twelve months. Working, off, make-up and own days differ by colour, by sign and by border. */
import dayjs from "dayjs";

import { useLocale, useServerWords, useWords } from "../../shared/i18n";
import type { Day } from "./api";
import { WEEKDAYS, WORDS } from "./words";
import "./settings.css";

/** What a day is called, for its tooltip and its dialog. */
export function useDayName(): (day: Day) => string {
  const t = useWords(WORDS);
  const words = useServerWords();
  return (day) => {
    const table = day.holiday ? (day.make_up ? t("makeUpFor", { name: words(day.holiday) }) : words(day.holiday)) : "";
    return [t(day.works ? "works" : "off"), day.own ? day.name || t("own") : table].filter(Boolean).join(" · ");
  };
}

function DayCell({ day, today, onOpen }: { day: Day; today: boolean; onOpen: (day: Day) => void }) {
  const t = useWords(WORDS);
  const name = useDayName();
  const weekend = [0, 6].includes(dayjs(day.date).day());
  // Signs only where the day isn't what its weekday says, or the country or the company names it.
  const sign = day.works ? weekend || day.own : !weekend || day.own || day.holiday !== null;
  const kind = [day.works ? "on" : "off", day.works && weekend ? "extra" : "", !day.works && sign ? "named" : "", day.own ? "own" : "", today ? "today" : ""];
  return (
    <button type="button" className={`day ${kind.filter(Boolean).join(" ")}`} title={name(day)} onClick={() => onOpen(day)} data-testid={`day-${day.date}`} aria-label={`${day.date} ${name(day)}`}>
      {Number(day.date.slice(8))}
      {sign && <i>{t(day.works ? "signOn" : "signOff")}</i>}
    </button>
  );
}

function Month({ days, today, onOpen }: { days: Day[]; today: string; onOpen: (day: Day) => void }) {
  const t = useWords(WORDS);
  const locale = useLocale();
  const first = dayjs(days[0]?.date);
  const title = new Intl.DateTimeFormat(locale, { month: "long" }).format(first.toDate());
  const working = days.filter((day) => day.works).length;
  return (
    <section className="month">
      <h3>
        {title}
        <span className="muted small">{t("workingDays", { n: working })}</span>
      </h3>
      <div className="week-row" aria-hidden="true">
        {WEEKDAYS.map((weekday) => (
          <span key={weekday}>{t(weekday)}</span>
        ))}
      </div>
      <div className="days">
        {Array.from({ length: (first.day() + 6) % 7 }, (_, index) => (
          <span key={`gap${index}`} />
        ))}
        {days.map((day) => (
          <DayCell key={day.date} day={day} today={day.date === today} onOpen={onOpen} />
        ))}
      </div>
    </section>
  );
}

export function YearGrid({ days, today, onOpen }: { days: Day[]; today: string; onOpen: (day: Day) => void }) {
  const months = Array.from({ length: 12 }, (_, month) => days.filter((day) => Number(day.date.slice(5, 7)) === month + 1));
  return (
    <div className="year" data-testid="year">
      {months.map((each, index) => (
        <Month key={index} days={each} today={today} onOpen={onOpen} />
      ))}
    </div>
  );
}

export function Legend() {
  const t = useWords(WORDS);
  return (
    <div className="row wrap legend small" aria-hidden="true">
      <span><b className="day on">8</b> {t("works")}</span>
      <span><b className="day off">8</b> {t("off")}</span>
      <span><b className="day off named">8<i>{t("signOff")}</i></b> {t("holiday")}</span>
      <span><b className="day on extra">8<i>{t("signOn")}</i></b> {t("makeUp")}</span>
      <span><b className="day off named own">8<i>{t("signOff")}</i></b> {t("own")}</span>
      <span><b className="day on today">8</b> {t("today")}</span>
    </div>
  );
}
