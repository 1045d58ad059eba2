/** Cleans a pool now, after saying how many customers each rule would be about, and goes to the run's page. */
import { ClearOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Form, Modal, Select, Skeleton } from "antd";
import { useState } from "react";
import { Link, useNavigate } from "react-router";

import { api, ok } from "../../api";
import { useServerWords, useWords } from "../../shared/i18n";
import { useMe } from "../../shared/me";
import { useProblemText } from "../../shared/problems";
import { usePools } from "../pools/api";
import { WORDS } from "./words";

function useTried(poolId: string | undefined) {
  return useQuery({
    queryKey: ["runs", "cleaning-preview", poolId],
    queryFn: () => ok(api.POST("/api/v1/pools/{pool_id}/cleaning/preview", { params: { path: { pool_id: poolId ?? "" } }, body: {} })),
    enabled: poolId !== undefined,
    staleTime: 0,
  });
}

function Tried({ poolId }: { poolId: string }) {
  const t = useWords(WORDS);
  const words = useServerWords();
  const problem = useProblemText();
  const tried = useTried(poolId);
  if (tried.isError) return <Alert type="error" showIcon title={problem(tried.error)} />;
  if (!tried.data) return <Skeleton active paragraph={{ rows: 2 }} title={false} />;
  if (!tried.data.rules.length) {
    return (
      <p className="soft">
        {t("cleanNoRules")} <Link to={`/pools/${poolId}/policy?tab=cleaning`}>{t("toRules")}</Link>
      </p>
    );
  }
  return (
    <div data-testid="cleaning-preview" style={{ lineHeight: 1.9 }}>
      <b>{tried.data.total ? t("cleanCount", { n: tried.data.total }) : t("cleanNobody")}</b>
      <ul style={{ margin: "4px 0 0", paddingLeft: 18 }}>
        {tried.data.rules.map((rule) => (
          <li key={rule.index}>{t("ruleLine", { name: words(rule.name), n: rule.count, deed: words(rule.deed) })}</li>
        ))}
      </ul>
    </div>
  );
}

export function StartCleaning() {
  const t = useWords(WORDS);
  const problem = useProblemText();
  const client = useQueryClient();
  const navigate = useNavigate();
  const me = useMe();
  const pools = usePools();
  const [open, setOpen] = useState(false);
  const [chosen, setChosen] = useState<string>();
  const mine = (pools.data ?? []).filter((pool) => me.person.roles.includes("admin") || pool.rights.admin);
  const poolId = chosen ?? mine[0]?.id;
  const tried = useTried(open ? poolId : undefined);
  const start = useMutation({
    mutationFn: (pool_id: string) => ok(api.POST("/api/v1/cleaning-runs", { body: { pool_id } })),
    onSuccess: (run) => {
      void client.invalidateQueries({ queryKey: ["runs"] });
      void navigate(`/runs/cleaning/${run.id}`);
    },
  });
  return (
    <>
      <Button type="primary" icon={<ClearOutlined />} onClick={() => (start.reset(), setOpen(true))} data-testid="start-cleaning">
        {t("clean")}
      </Button>
      <Modal
        open={open}
        width={480}
        destroyOnHidden
        title={t("cleanTitle")}
        okText={t("clean")}
        cancelText={t("cancel")}
        confirmLoading={start.isPending}
        okButtonProps={{ disabled: !tried.data?.total }}
        onOk={() => poolId && start.mutate(poolId)}
        onCancel={() => setOpen(false)}
      >
        <p className="soft" style={{ margin: "4px 0 16px", lineHeight: 1.75 }}>{t("cleanHint")}</p>
        {start.isError && <Alert type="error" showIcon title={problem(start.error)} style={{ marginBottom: 16 }} />}
        <Form layout="vertical">
          <Form.Item label={t("whichPool")}>
            <Select value={poolId} onChange={setChosen} options={mine.map((pool) => ({ value: pool.id, label: pool.name }))} aria-label={t("whichPool")} />
          </Form.Item>
        </Form>
        {poolId && <Tried poolId={poolId} />}
      </Modal>
    </>
  );
}
