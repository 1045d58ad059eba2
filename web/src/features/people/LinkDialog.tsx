/** Shows a fresh invitation or reset link once, to be copied and sent. */
import { CheckOutlined, CopyOutlined } from "@ant-design/icons";
import { Button, Input, Modal, Typography } from "antd";

import type { LinkUrl } from "../../api";
import { useWords } from "../../shared/i18n";
import { dateTime } from "../../shared/time";
import { WORDS } from "./words";

export type GivenLink = { name: string; link: LinkUrl; again?: boolean };

export function LinkDialog({ given, onClose }: { given: GivenLink; onClose: () => void }) {
  const t = useWords(WORDS);
  const { name, link, again } = given;
  const icons = [
    <Button key="copy" type="primary" icon={<CopyOutlined />}>
      {t("copy")}
    </Button>,
    <Button key="copied" icon={<CheckOutlined />}>
      {t("copied")}
    </Button>,
  ];
  return (
    <Modal
      open
      width={520}
      maskClosable={false}
      title={t(link.kind === "invitation" ? "linkInvitation" : "linkReset", { name })}
      onCancel={onClose}
      footer={<Button onClick={onClose}>{t("done")}</Button>}
    >
      <Input.TextArea readOnly autoSize value={link.url} onFocus={(event) => event.target.select()} style={{ margin: "8px 0 10px", fontFamily: "ui-monospace, monospace" }} data-testid="link" />
      <div className="row" style={{ margin: "0 0 12px" }}>
        <Typography.Text copyable={{ text: link.url, icon: icons, tooltips: false }} />
      </div>
      <p className="soft small">
        {t("linkHint", { when: dateTime(link.expires_at) })}
        {again ? ` ${t("linkReplaces")}` : ""}
      </p>
    </Modal>
  );
}
