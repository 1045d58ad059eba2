/** The bell: how many notices are unread; at a desk it opens the newest, on a phone the inbox. */
import { BellOutlined } from "@ant-design/icons";
import { Badge, Button, Popover, Spin } from "antd";
import { lazy, Suspense, useState } from "react";
import { useNavigate } from "react-router";

import { useWords } from "../i18n";
import { useMe } from "../me";
import { usePhone } from "../screen";
import { WORDS } from "./words";

const BellPanel = lazy(() => import("../../features/inbox/BellPanel"));

export function Bell() {
  const t = useWords(WORDS);
  const n = useMe().unread_notices;
  const phone = usePhone();
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  const label = n ? t("bell", { n: n >= 100 ? "99+" : n }) : t("inbox");
  const bell = (
    <Button
      type="text"
      aria-label={label}
      title={label}
      data-testid="bell"
      onClick={phone ? () => void navigate("/inbox") : undefined}
      icon={
        <Badge count={n} overflowCount={99} size="small" color="#b3402f" offset={[2, -2]}>
          <BellOutlined style={{ fontSize: 17 }} />
        </Badge>
      }
    />
  );
  if (phone) return bell;
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      trigger="click"
      placement="bottomRight"
      arrow={false}
      destroyOnHidden
      content={() => (
        <Suspense fallback={<div style={{ width: 376, padding: 40, textAlign: "center" }}><Spin /></div>}>
          <BellPanel onClose={() => setOpen(false)} />
        </Suspense>
      )}
    >
      {bell}
    </Popover>
  );
}
