/** Phone numbers: a link that dials where one may see them, the masked digits where not. */
import { LockOutlined, PhoneOutlined } from "@ant-design/icons";
import { Button, Tooltip } from "antd";

import { useWords, type Pair } from "../../shared/i18n";

const WORDS = {
  masked: ["领取后可见完整号码", "Claim the customer to see the full number"],
  call: ["拨打", "Call"],
} as const satisfies Record<string, Pair>;

/** A number as people of this country read it: "+8613812345678" is "138 1234 5678"; others stay international. */
export function shownPhone(phone: string): string {
  const mobile = /^(?:\+86)?(1\d{2})(\d{4})(\d{4})$/.exec(phone);
  return mobile ? mobile.slice(1).join(" ") : phone.replace(/^\+86(?=[\d*])/, "");
}

export function Phones({ phones }: { phones: string[] }) {
  const t = useWords(WORDS);
  const phone = phones[0];
  if (!phone) return <span className="muted">–</span>;
  if (phone.includes("*")) {
    return (
      <Tooltip title={t("masked")}>
        <span className="num muted nowrap">
          <LockOutlined style={{ fontSize: 11 }} /> {shownPhone(phone)}
        </span>
      </Tooltip>
    );
  }
  return (
    <a href={`tel:${phone}`} className="num nowrap">
      {shownPhone(phone)}
    </a>
  );
}

/** The call button of a card on a phone; nothing where there is no number to dial. */
export function CallButton({ phones }: { phones: string[] }) {
  const t = useWords(WORDS);
  const phone = phones.find((each) => !each.includes("*"));
  if (!phone) return null;
  return (
    <Button href={`tel:${phone}`} icon={<PhoneOutlined />}>
      {t("call")}
    </Button>
  );
}
