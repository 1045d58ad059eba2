/** What a file needs, said beside the place where one chooses it. */
import { DownloadOutlined } from "@ant-design/icons";
import { Button } from "antd";

import { useLocale, useWords } from "../../shared/i18n";
import type { Kind } from "./api";
import { PEOPLE_WORDS } from "./peopleWords";
import { downloadTemplate } from "./template";
import { WORDS } from "./words";

const LINES = {
  customers: ["guideHeader", "guideName", "guideId", "guideOwner", "guideStart", "guidePhone", "guideDate", "guideFaulty"],
  follow_ups: ["guideHeader", "guideFollowUp", "guideClock", "guideDate", "guideFaulty"],
} as const;
const PEOPLE_LINES = ["guideLogin", "guideDepartment", "guideRoles", "guideState", "guideLeads", "guideInvite"] as const;

export function FileGuide({ kind }: { kind: Kind }) {
  const t = useWords(WORDS);
  const p = useWords(PEOPLE_WORDS);
  const locale = useLocale();
  return (
    <section className="panel">
      <header>
        <h2>{t("guide")}</h2>
      </header>
      <div className="body">
        <ul style={{ margin: "0 0 14px", paddingLeft: 18, lineHeight: 1.75 }} className="soft">
          {(kind === "people" ? PEOPLE_LINES.map((line) => p(line)) : LINES[kind].map((line) => t(line))).map((line) => (
            <li key={line} style={{ marginBottom: 6 }}>
              {line}
            </li>
          ))}
        </ul>
        <Button icon={<DownloadOutlined />} onClick={() => downloadTemplate(kind, locale)}>
          {t("template")}
        </Button>
      </div>
    </section>
  );
}
