/** Asks what a move needs (reason, person, pool), makes it, and says what came of it. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Checkbox, Form, Input, Modal } from "antd";

import { Problem, type BatchAnswer } from "../../api";
import { useWords } from "../../shared/i18n";
import { useMe } from "../../shared/me";
import { useProblemText } from "../../shared/problems";
import { PersonSelect } from "../people/PersonSelect";
import { poolQuery } from "../pools/api";
import { PoolSelect } from "../pools/PoolSelect";
import { moveMany, moveOne, refreshAfterMove, type MoveInput, type MoveName, type Outcome, type Target } from "./api";
import { useDialogs } from "./Dialogs";
import { ReasonSelect } from "./ReasonSelect";
import { UntilField } from "./UntilField";
import { WORDS } from "./words";

type Props = { move: MoveName; target: Target; onDone?: () => void; onClose: () => void };
type Done = { outcome: Outcome } | { answer: BatchAnswer };

const HINTS = {
  claim: "claimHint",
  release: "releaseHint",
  assign: "assignHint",
  transfer: "transferHint",
  move_pool: "movePoolHint",
  archive: "archiveHint",
  restore: "restoreHint",
  lock: "lockHint",
  unlock: "unlockHint",
  protect: "protectHint",
  unprotect: "unprotectHint",
} as const;

/** How long the pool lets a customer be locked, and how many locks are left of one's own. */
function LockField({ poolId, byManager }: { poolId: string | undefined; byManager: boolean }) {
  const t = useWords(WORDS);
  const mine = useMe().pools.find((pool) => pool.id === poolId);
  const pool = useQuery({ ...poolQuery(poolId ?? ""), enabled: poolId !== undefined });
  const quota = mine?.limits.lock_quota;
  return (
    <Form.Item
      name="until"
      label={t("until")}
      validateTrigger="onSubmit"
      rules={[{ required: true, message: t("needUntil") }]}
      extra={quota && !byManager ? t("lockLeft", { used: quota.used, limit: quota.limit }) : undefined}
    >
      <UntilField most={pool.data?.lock_most_days} />
    </Form.Item>
  );
}

/** The fields that this move asks for. */
function Fields({ move, target, single }: { move: MoveName; target: Target; single: boolean }) {
  const t = useWords(WORDS);
  const poolId = target.customers[0]?.pool?.id;
  return (
    <>
      {(move === "release" || move === "archive") && (
        <Form.Item name="reason" label={t("reason")} rules={[{ required: true, message: t("needReason") }]}>
          <ReasonSelect poolId={poolId} />
        </Form.Item>
      )}
      {(move === "assign" || move === "transfer") && (
        <Form.Item name="owner_id" label={t(move === "assign" ? "newOwner" : "to")} rules={[{ required: true, message: t("needPerson") }]}>
          <PersonSelect />
        </Form.Item>
      )}
      {move === "move_pool" && (
        <Form.Item name="pool_id" label={t("pool")} rules={[{ required: true, message: t("needPool") }]}>
          <PoolSelect exclude={poolId} />
        </Form.Item>
      )}
      {move === "restore" && (
        <Form.Item name="pool_id" label={t("pool")}>
          <PoolSelect allowClear placeholder={t("homePool")} />
        </Form.Item>
      )}
      {(move === "assign" || (move === "transfer" && target.byManager)) && !single && (
        <Form.Item name="confirm_over_cap" valuePropName="checked">
          <Checkbox>{t("overCapBatch")}</Checkbox>
        </Form.Item>
      )}
      {move === "lock" && <LockField poolId={poolId} byManager={Boolean(target.byManager)} />}
      {move === "protect" && (
        <>
          <Form.Item name="until" label={t("until")} validateTrigger="onSubmit" rules={[{ required: true, message: t("needUntil") }]}>
            <UntilField />
          </Form.Item>
          <Form.Item name="reason" label={t("reason")} rules={[{ required: true, whitespace: true, message: t("needWhy") }]}>
            <Input placeholder={t("whyProtect")} maxLength={60} />
          </Form.Item>
        </>
      )}
      {(move === "release" || move === "transfer") && (
        <Form.Item name="note" label={t("note")}>
          <Input.TextArea autoSize={{ minRows: 2, maxRows: 5 }} maxLength={500} />
        </Form.Item>
      )}
    </>
  );
}

export default function MoveDialog({ move, target, onDone, onClose }: Props) {
  const t = useWords(WORDS);
  const problem = useProblemText();
  const client = useQueryClient();
  const dialogs = useDialogs();
  const { message, modal } = App.useApp();
  const [form] = Form.useForm<MoveInput>();
  const one = !target.matching && target.customers.length === 1 ? target.customers[0] : undefined;

  const run = useMutation({
    mutationFn: async (input: MoveInput): Promise<Done> =>
      one ? { outcome: await moveOne(move, one.id, input) } : { answer: await moveMany(move, target, input) },
    onSuccess: (done) => {
      onClose();
      onDone?.();
      if ("answer" in done) dialogs.results({ title: t(move), answer: done.answer, names: target.customers });
      else if (done.outcome === "requested") message.success(t("requested"), 5);
      else message.success(t(`done_${move}`, { name: one?.name ?? "" }));
      void refreshAfterMove(client);
    },
    onError: (error, input) => {
      const mayConfirm = move === "assign" || (move === "transfer" && target.byManager);
      if (!mayConfirm || !(error instanceof Problem) || error.code !== "over_cap") return;
      const { used, limit } = error.data as { used?: number; limit?: number };
      modal.confirm({
        title: t("overCap"),
        content: t("overCapAsk", { name: t("theOther"), used: used ?? "?", limit: limit ?? "?" }),
        okText: t("assignAnyway"),
        cancelText: t("cancel"),
        onOk: () => run.mutate({ ...input, confirm_over_cap: true }),
      });
    },
  });
  const hint = move === "transfer" && target.byManager ? "transferManagerHint" : HINTS[move];
  return (
    <Modal
      open
      width={460}
      title={one ? t("titleOne", { move: t(move), name: one.name }) : t("titleMany", { move: t(move), n: target.count })}
      okText={t(move)}
      okButtonProps={{ danger: move === "archive", loading: run.isPending }}
      onOk={form.submit}
      onCancel={onClose}
    >
      <p className="soft" style={{ margin: "4px 0 16px" }}>{t(hint)}</p>
      {run.isError && <Alert type="error" showIcon title={problem(run.error)} style={{ marginBottom: 16 }} />}
      <Form form={form} layout="vertical" requiredMark={false} onFinish={run.mutate}>
        <Fields move={move} target={target} single={Boolean(one)} />
      </Form>
    </Modal>
  );
}
