/** The last look before rules hold: a note, from when, with which grace, and what that means in numbers. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, App, DatePicker, Form, Input, InputNumber, Modal, Radio, Skeleton } from "antd";
import type { Dayjs } from "dayjs";
import { useState } from "react";

import type { Policy, Pool } from "../../api";
import { useWords } from "../../shared/i18n";
import { useProblemText } from "../../shared/problems";
import { dateTime, toInstant, toPicker } from "../../shared/time";
import { refreshAfterMove } from "../moves/api";
import { usePreview, useVersions } from "./api";
import { plainNumber } from "./preview/Horizons";
import { PUBLISH_WORDS } from "./publishWords";
import { graceText } from "./rules";
import type { Preview, PreviewQuestion, Publication } from "./shapes";

type Props = {
  pool: Pool;
  title: string;
  /** Which rules: the draft's document or a version. */
  what: Partial<Pick<PreviewQuestion, "document" | "number">>;
  graceDays: number | null;
  publish: (body: Publication) => Promise<Policy>;
  onDone: (policy: Policy) => void;
  onClose: () => void;
};

/** The company's day, not that of the place where the browser stands. */
const today = () => toPicker(new Date().toISOString());

function Sum({ preview, graceDays, pool }: { preview: Preview; graceDays: number | null; pool: Pool }) {
  const t = useWords(PUBLISH_WORDS);
  const { totals, present, really } = preview;
  const counts = { a: plainNumber(really.within_7), b: plainNumber(really.within_30) };
  return (
    <>
      <p style={{ fontWeight: 600 }}>{t(graceDays ? "sum" : "sumNoGrace", { a: plainNumber(totals.at_once), g: graceDays ?? 0, r: plainNumber(really.at_once) })}</p>
      <p className="soft">{preview.present_number !== null ? t("sumLater", { ...counts, c: plainNumber(present.within_7), d: plainNumber(present.within_30) }) : t("sumLaterFirst", counts)}</p>
      {!pool.notice_floor && <p className="soft">{t("noFloor")}</p>}
    </>
  );
}

/** Versions whose start is still to come, and would not come any more. */
function Replaced({ poolId, from }: { poolId: string; from: string | null }) {
  const t = useWords(PUBLISH_WORDS);
  const versions = useVersions(poolId).data?.versions ?? [];
  const start = from === null ? 0 : Date.parse(from);
  const gone = versions.filter(({ state, effective_from }) => state === "planned" && Date.parse(effective_from) >= start);
  return gone.map(({ number, effective_from }) => <Alert key={number} type="warning" showIcon style={{ marginBottom: 16 }} title={t("replaces", { n: number, when: dateTime(effective_from) })} />);
}

export default function PublishDialog({ pool, title, what, graceDays, publish, onDone, onClose }: Props) {
  const t = useWords(PUBLISH_WORDS);
  const problem = useProblemText();
  const client = useQueryClient();
  const { message } = App.useApp();
  const [note, setNote] = useState("");
  const [later, setLater] = useState(false);
  const [start, setStart] = useState<Dayjs>(() => today().add(1, "day").startOf("day"));
  const [grace, setGrace] = useState<number | null>(graceDays);
  const planned = later ? toInstant(start) : null;
  const past = planned !== null && new Date(planned).getTime() <= Date.now();
  const terms = { grace: graceText(grace), effective_from: planned };
  const preview = usePreview(pool.id, past ? null : { ...what, ...terms });
  const write = useMutation({
    mutationFn: () => publish({ note: note.trim(), ...terms }),
    onSuccess: (policy) => {
      message.success(planned ? t("planned", { n: policy.number, when: dateTime(planned) }) : t("published", { n: policy.number }), 5);
      void client.invalidateQueries({ queryKey: ["pools", pool.id] });
      onDone(policy);
      // Every countdown of this pool's customers may be another now.
      void refreshAfterMove(client);
    },
  });
  return (
    <Modal open width={560} title={title} okText={t("ok")} cancelText={t("cancel")} onOk={() => write.mutate()} onCancel={onClose} okButtonProps={{ loading: write.isPending, disabled: !note.trim() || past, "data-testid": "confirm-publish" }}>
      <div className="sum" data-testid="publish-sum" style={{ opacity: preview.isPlaceholderData ? 0.4 : 1 }}>
        {preview.data ? <Sum preview={preview.data} graceDays={grace} pool={pool} /> : preview.isError ? problem(preview.error) : <Skeleton active title={false} paragraph={{ rows: 2 }} />}
      </div>
      <Form layout="vertical" requiredMark={false}>
        <Form.Item label={t("note")} extra={note.trim() ? t("noteHint") : t("noteMissing")}>
          <Input.TextArea value={note} onChange={(event) => setNote(event.target.value)} maxLength={500} autoSize={{ minRows: 2, maxRows: 5 }} autoFocus data-testid="publish-note" />
        </Form.Item>
        <Form.Item label={t("start")} extra={later ? t("startHint") : undefined} validateStatus={past ? "error" : undefined} help={past ? t("startPast") : undefined}>
          <div className="row wrap">
            <Radio.Group value={later} onChange={(event) => setLater(event.target.value as boolean)} options={[{ value: false, label: t("startNow") }, { value: true, label: t("startLater") }]} />
            {later && <DatePicker showTime={{ format: "HH:mm" }} format="YYYY-MM-DD HH:mm" allowClear={false} value={start} onChange={(next) => next && setStart(next)} disabledDate={(day) => day.isBefore(today(), "day")} />}
          </div>
        </Form.Item>
        <Form.Item label={t("grace")} extra={t("graceHint")}>
          <InputNumber<number> min={0} max={60} precision={0} value={grace ?? 0} onChange={(days) => setGrace(days || null)} suffix={t("workingDays")} style={{ width: 170 }} inputMode="numeric" data-testid="publish-grace" />
        </Form.Item>
      </Form>
      <Replaced poolId={pool.id} from={planned} />
      {write.isError && <Alert type="error" showIcon title={problem(write.error)} />}
    </Modal>
  );
}
