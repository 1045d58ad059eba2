/** One day: what the country's table says, and what the company makes of it. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Input, Modal, Segmented } from "antd";
import { useState } from "react";

import { useLocale, useServerWords, useWords } from "../../shared/i18n";
import { useProblemText } from "../../shared/problems";
import { refreshAll, removeDay, setDay, type Day } from "./api";
import { WORDS } from "./words";
import { useDayName } from "./YearGrid";

type Choice = "country" | "works" | "off";

export function DayDialog({ day, mayEdit, onClose }: { day: Day; mayEdit: boolean; onClose: () => void }) {
  const t = useWords(WORDS);
  const words = useServerWords();
  const locale = useLocale();
  const name = useDayName();
  const problem = useProblemText();
  const client = useQueryClient();
  const { message } = App.useApp();
  const [choice, setChoice] = useState<Choice>(day.own ? (day.works ? "works" : "off") : "country");
  const [note, setNote] = useState(day.own ? (day.name ?? "") : "");
  const save = useMutation({
    mutationFn: async () => {
      if (choice !== "country") await setDay(day.date, choice === "works", note);
      else if (day.own) await removeDay(day.date);
    },
    onSuccess: () => {
      message.success(t("saved"));
      void refreshAll(client);
      onClose();
    },
  });
  const date = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeZone: "UTC" }).format(new Date(`${day.date}T00:00:00Z`));
  const table = day.holiday ? (day.make_up ? t("makeUpFor", { name: words(day.holiday) }) : words(day.holiday)) : t(day.country_works ? "works" : "off");
  return (
    <Modal
      open
      width={420}
      title={date}
      onCancel={onClose}
      footer={
        mayEdit ? (
          <div className="row" style={{ justifyContent: "flex-end" }}>
            <Button onClick={onClose}>{t("cancel")}</Button>
            <Button type="primary" loading={save.isPending} onClick={() => save.mutate()} data-testid="save-day">
              {t("save")}
            </Button>
          </div>
        ) : (
          <Button onClick={onClose}>{t("close")}</Button>
        )
      }
    >
      <div className="col" style={{ padding: "6px 0 10px" }}>
        <div>
          <b>{name(day)}</b>
          <div className="soft small">{t("byCountry", { what: table })}</div>
        </div>
        {save.isError && <Alert type="error" showIcon title={problem(save.error)} />}
        {mayEdit ? (
          <>
            <Segmented<Choice>
              block
              value={choice}
              onChange={setChoice}
              options={[
                { value: "country", label: t("followCountry") },
                { value: "works", label: t("works") },
                { value: "off", label: t("off") },
              ]}
            />
            {choice !== "country" && (
              <Input value={note} onChange={(event) => setNote(event.target.value)} maxLength={200} placeholder={t("notePlaceholder")} aria-label={t("note")} onPressEnter={() => save.mutate()} />
            )}
            <div className="muted small">{t("dayMoves")}</div>
          </>
        ) : (
          <div className="muted small">{t("readOnly")}</div>
        )}
      </div>
    </Modal>
  );
}
