/** Whom one acts for now, until when, and the way to their customers. */
import { Alert } from "antd";
import { Link } from "react-router";

import { useWords } from "../../shared/i18n";
import { useMe } from "../../shared/me";
import { lastDay } from "../../shared/time";
import { DEPUTY_WORDS } from "../people/deputyWords";

export function Acting() {
  const t = useWords(DEPUTY_WORDS);
  const me = useMe();
  return me.acts_for.map(({ person, until }) => (
    <Alert
      key={person.id}
      type="info"
      showIcon
      style={{ marginBottom: 16 }}
      data-testid="acting"
      title={t("banner", { name: person.name, until: lastDay(until) })}
      action={<Link to={`/customers?scope=acting_for&owner_id=${person.id}`}>{t("seeCustomers")}</Link>}
    />
  ));
}
