/** Starts a sweep now, of all pools or one, and goes to its page. */
import { PlayCircleOutlined } from "@ant-design/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Form, Modal } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";

import { api, ok } from "../../api";
import { useWords } from "../../shared/i18n";
import { useProblemText } from "../../shared/problems";
import { PoolSelect } from "../pools/PoolSelect";
import { WORDS } from "./words";

export function StartRun() {
  const t = useWords(WORDS);
  const problem = useProblemText();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  const [form] = Form.useForm<{ pool_id?: string }>();
  const start = useMutation({
    mutationFn: ({ pool_id }: { pool_id?: string }) => ok(api.POST("/api/v1/recycle-runs", { body: { pool_id } })),
    onSuccess: (run) => {
      void client.invalidateQueries({ queryKey: ["runs"] });
      void navigate(`/runs/${run.id}`);
    },
  });
  const close = () => {
    setOpen(false);
    start.reset();
  };
  return (
    <>
      <Button type="primary" icon={<PlayCircleOutlined />} onClick={() => setOpen(true)} data-testid="start-run">
        {t("start")}
      </Button>
      <Modal
        open={open}
        width={440}
        destroyOnHidden
        title={t("startTitle")}
        okText={t("start")}
        cancelText={t("cancel")}
        confirmLoading={start.isPending}
        onOk={form.submit}
        onCancel={close}
      >
        <p className="soft" style={{ margin: "4px 0 16px" }}>{t("startHint")}</p>
        {start.isError && <Alert type="error" showIcon title={problem(start.error)} style={{ marginBottom: 16 }} />}
        <Form form={form} layout="vertical" onFinish={start.mutate}>
          <Form.Item name="pool_id" label={t("whichPool")}>
            <PoolSelect allowClear placeholder={t("allPools")} />
          </Form.Item>
        </Form>
      </Modal>
    </>
  );
}
