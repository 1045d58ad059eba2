/** The record of one hand-over, from the list of runs. */
import { ArrowLeftOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "react-router";

import { useWords } from "../../shared/i18n";
import { handOverQuery } from "./api";
import { HandOverRecord } from "./HandOverRecord";
import { WORDS } from "./words";

export default function HandOverRecordPage() {
  const t = useWords(WORDS);
  const id = useParams().handOverId ?? "";
  const record = useQuery(handOverQuery(id)).data;
  return (
    <div style={{ maxWidth: 980 }}>
      <div className="page-head">
        <Link to="/runs?tab=handovers" aria-label={t("handOvers")} title={t("handOvers")} style={{ lineHeight: "34px" }}>
          <ArrowLeftOutlined />
        </Link>
        <h1>{t("handedAt", { name: record?.person.name ?? "…" })}</h1>
      </div>
      <HandOverRecord id={id} />
    </div>
  );
}
