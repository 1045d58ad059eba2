/** Seasons: which there are; admins add, change and take back. */
import { PlusOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, DatePicker, Form, Input, Modal } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useState } from "react";

import type { Season } from "../../api";
import { useWords } from "../../shared/i18n";
import { useProblemText } from "../../shared/problems";
import { day } from "../../shared/time";
import { refresh, removeSeason, saveSeason, seasonsQuery } from "./api";
import { WORDS } from "./words";

type Values = { name: string; days: [Dayjs, Dayjs] };
const iso = (value: Dayjs) => value.format("YYYY-MM-DD");

function SeasonDialog({ known, onClose }: { known: Season | null; onClose: () => void }) {
  const t = useWords(WORDS);
  const problem = useProblemText();
  const client = useQueryClient();
  const { message } = App.useApp();
  const [form] = Form.useForm<Values>();
  const save = useMutation({
    mutationFn: ({ name, days }: Values) => saveSeason(known, { name: name.trim(), first_day: iso(days[0]), last_day: iso(days[1]) }),
    onSuccess: () => {
      message.success(t("saved"));
      void refresh(client);
      onClose();
    },
  });
  return (
    <Modal open width={440} title={t(known ? "editSeason" : "newSeason")} okText={t("save")} cancelText={t("cancel")} okButtonProps={{ loading: save.isPending }} onOk={form.submit} onCancel={onClose}>
      {save.isError && <Alert type="error" showIcon title={problem(save.error)} style={{ margin: "8px 0" }} data-testid="season-refused" />}
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={known ? { name: known.name, days: [dayjs(known.first_day), dayjs(known.last_day)] } : {}}
        onFinish={save.mutate}
        style={{ paddingTop: 8 }}
      >
        <Form.Item name="name" label={t("seasonName")} rules={[{ required: true, whitespace: true, message: t("needValue") }]}>
          <Input maxLength={200} />
        </Form.Item>
        <Form.Item name="days" label={t("seasonDays")} rules={[{ required: true, message: t("needValue") }]} extra={t("seasonHint")}>
          <DatePicker.RangePicker style={{ width: "100%" }} disabled={known ? [known.standing !== "planned", known.standing === "over"] : false} />
        </Form.Item>
      </Form>
    </Modal>
  );
}

function SeasonLine({ season, may, onEdit }: { season: Season; may: boolean; onEdit: () => void }) {
  const t = useWords(WORDS);
  const problem = useProblemText();
  const client = useQueryClient();
  const { message, modal } = App.useApp();
  const remove = useMutation({
    mutationFn: () => removeSeason(season.id),
    onError: (error) => void message.error(problem(error), 6),
    onSettled: () => refresh(client),
  });
  const ask = () =>
    modal.confirm({ title: t("removeTitle", { name: season.name }), okText: t("remove"), cancelText: t("cancel"), onOk: () => remove.mutateAsync().catch(() => undefined) });
  return (
    <div className="season-line" data-testid="season">
      <b>{season.name}</b>
      <span className="num soft">{t("days", { from: day(season.first_day), to: day(season.last_day) })}</span>
      <span className={`pill${season.standing === "running" ? " sea" : ""}`}>{t(season.standing)}</span>
      {may && (
        <span className="acts">
          {season.standing === "planned" && (
            <Button size="small" onClick={ask} loading={remove.isPending}>
              {t("remove")}
            </Button>
          )}
          <Button size="small" onClick={onEdit}>
            {t("editSeason")}
          </Button>
        </span>
      )}
    </div>
  );
}

export function Seasons({ may }: { may: boolean }) {
  const t = useWords(WORDS);
  const seasons = useQuery(seasonsQuery);
  const [editing, setEditing] = useState<Season | "new" | null>(null);
  return (
    <section>
      <div className="row between">
        <h2 style={{ fontSize: 15 }}>{t("seasons")}</h2>
        {may && (
          <Button icon={<PlusOutlined />} onClick={() => setEditing("new")} data-testid="new-season">
            {t("newSeason")}
          </Button>
        )}
      </div>
      {seasons.data?.length === 0 && <p className="soft" style={{ marginTop: 8 }}>{t("noSeasons")}</p>}
      {seasons.data?.map((season) => (
        <SeasonLine key={season.id} season={season} may={may} onEdit={() => setEditing(season)} />
      ))}
      {editing && <SeasonDialog known={editing === "new" ? null : editing} onClose={() => setEditing(null)} />}
    </section>
  );
}
