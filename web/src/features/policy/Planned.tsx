/** A version that has been published and has not started yet: when it will, and what it would do by now. */
import { Alert } from "antd";

import type { Pool } from "../../api";
import { useWords } from "../../shared/i18n";
import { dateTime } from "../../shared/time";
import { usePreview } from "./api";
import { useSays } from "./preview/Horizons";
import { PUBLISH_WORDS } from "./publishWords";
import type { Version } from "./shapes";

export function Planned({ pool, versions }: { pool: Pool; versions: Version[] }) {
  const t = useWords(PUBLISH_WORDS);
  const says = useSays();
  const next = versions.filter((version) => version.state === "planned").at(-1);
  const preview = usePreview(pool.id, next ? { number: next.number } : null);
  if (!next) return null;
  return (
    <Alert
      type="info"
      showIcon
      style={{ marginBottom: 16 }}
      data-testid="planned"
      title={t("planned", { n: next.number, when: dateTime(next.effective_from) })}
      description={preview.data ? says(preview.data, null) : undefined}
    />
  );
}
