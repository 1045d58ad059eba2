/** What a file needs, said beside the place where one chooses it. */
import { DownloadOutlined } from "@ant-design/icons";
import { Button } from "antd";

import { useLocale, useWords } from "../../shared/i18n";
import type { Kind } from "./api";
import { downloadTemplate } from "./template";
import { WORDS } from "./words";

const LINES = {
  customers: ["guideHeader", "guideName", "guideId", "guideOwner", "guideStart", "guidePhone", "guideDate", "guideFaulty"],
  follow_ups: ["guideHeader", "guideFollowUp", "guideClock", "guideDate", "guideFaulty"],
} as const;

export function FileGuide({ kind }: { kind: Kind }) {
  const t = useWords(WORDS);
  const locale = useLocale();
  return (
    <section className="panel">
      <header>
        <h2>{t("guide")}</h2>
      </header>
      <div className="body">
        <ul style={{ margin: "0 0 14px", paddingLeft: 18, lineHeight: 1.75 }} className="soft">
          {LINES[kind].map((line) => (
            <li key={line} style={{ marginBottom: 6 }}>
              {t(line)}
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
