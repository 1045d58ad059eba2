/** Closing a pool: says how many customers go where before anything happens. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Form, Modal, Skeleton } from "antd";
import { useNavigate } from "react-router";

import { api, ok, type Pool } from "../../api";
import { useWords } from "../../shared/i18n";
import { totalText } from "../../shared/pages";
import { useProblemText } from "../../shared/problems";
import { refreshAfterMove } from "../moves/api";
import { usePools } from "./api";
import { EDIT_WORDS } from "./editWords";
import { PoolSelect } from "./PoolSelect";

/** How many customers belong to a pool, by state; each exact up to 10,000. */
function useCounts(poolId: string) {
  const count = async (query: { scope: "all" | "archived"; state?: "pooled" | "owned" }) =>
    (await ok(api.GET("/api/v1/customers", { params: { query: { ...query, pool_id: poolId, limit: 1 } } }))).total ?? { count: 0, capped: false };
  return useQuery({
    queryKey: ["customers", "of-pool", poolId],
    queryFn: async () => {
      const [pooled, owned, archived] = await Promise.all([
        count({ scope: "all", state: "pooled" }),
        count({ scope: "all", state: "owned" }),
        count({ scope: "archived" }),
      ]);
      const parts = [pooled, owned, archived];
      const all = { count: parts.reduce((sum, part) => sum + part.count, 0), capped: parts.some((part) => part.capped) };
      return { pooled, owned, archived, all };
    },
    staleTime: 0,
  });
}

export default function CloseDialog({ pool, onClose }: { pool: Pool; onClose: () => void }) {
  const e = useWords(EDIT_WORDS);
  const problem = useProblemText();
  const client = useQueryClient();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const pools = usePools();
  const counts = useCounts(pool.id);
  const [form] = Form.useForm<{ successor_id?: string }>();
  const chosen = Form.useWatch("successor_id", form);
  const successor = pools.data?.find((each) => each.id === chosen);
  const close = useMutation({
    mutationFn: ({ successor_id }: { successor_id?: string }) =>
      ok(api.POST("/api/v1/pools/{pool_id}/close", { params: { path: { pool_id: pool.id } }, body: { successor_id: successor_id ?? null } })),
    onSuccess: async ({ moved }) => {
      message.success(moved ? e("closed", { name: pool.name, n: moved, to: successor?.name ?? "" }) : e("closedEmpty", { name: pool.name }), 6);
      await navigate("/pools", { replace: true });
      client.removeQueries({ queryKey: ["pools", pool.id] });
      void refreshAfterMove(client);
    },
  });
  const last = pools.data?.length === 1;
  const filled = counts.data && counts.data.all.count > 0;
  return (
    <Modal
      open
      width={480}
      title={e("closeTitle", { name: pool.name })}
      okText={e("close")}
      cancelText={e("cancel")}
      okButtonProps={{ danger: true, loading: close.isPending, disabled: last || !counts.data }}
      onOk={form.submit}
      onCancel={onClose}
    >
      {last ? (
        <Alert type="info" showIcon title={e("closeLast")} />
      ) : !counts.data ? (
        <Skeleton active title={false} />
      ) : (
        <>
          {close.isError && <Alert type="error" showIcon title={problem(close.error)} style={{ marginBottom: 12 }} />}
          <p className="soft" style={{ margin: "4px 0 12px" }}>
            {filled
              ? e("closeCounts", { pooled: totalText(counts.data.pooled), owned: totalText(counts.data.owned), archived: totalText(counts.data.archived) })
              : e("closeEmpty")}
          </p>
          <Form form={form} layout="vertical" requiredMark={false} onFinish={close.mutate}>
            {filled && (
              <Form.Item name="successor_id" label={e("successor")} rules={[{ required: true, message: e("needSuccessor") }]}>
                <PoolSelect exclude={pool.id} />
              </Form.Item>
            )}
          </Form>
          {filled && successor && <p>{e("closeGoes", { n: totalText(counts.data.all), to: successor.name })}</p>}
          <p className="small muted" style={{ marginTop: 8 }}>{e("cantUndo")}</p>
        </>
      )}
    </Modal>
  );
}
