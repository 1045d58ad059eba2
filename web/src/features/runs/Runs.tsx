/** 运行记录: what the machinery did: sweeps that recycled customers, cleanings, hand-overs and imports. */
import { UploadOutlined } from "@ant-design/icons";
import { Button, Tabs } from "antd";
import { Link } from "react-router";

import { useWords } from "../../shared/i18n";
import { useCan } from "../../shared/me";
import { EmptyState } from "../../shared/States";
import { useUrlState } from "../../shared/urlState";
import { HandOverList } from "../handovers/HandOverList";
import { ImportList } from "../imports/ImportList";
import { WORDS as IMPORTS } from "../imports/words";
import { CleaningList } from "./CleaningList";
import { StartCleaning } from "./StartCleaning";
import { StartRun } from "./StartRun";
import { SweepList } from "./SweepList";
import { WORDS } from "./words";

type Tab = "sweeps" | "cleanings" | "handovers" | "imports";

export default function Runs() {
  const t = useWords(WORDS);
  const i = useWords(IMPORTS);
  const can = useCan();
  const [url, setUrl] = useUrlState();
  const tabs: Tab[] = [];
  if (can("runs.read")) tabs.push("sweeps", "cleanings", "handovers");
  if (can("imports.read")) tabs.push("imports");
  const tab = tabs.find((each) => each === url.tab) ?? tabs[0];
  if (!tab) return <EmptyState title={t("notYours")} text={t("notYoursText")} />;
  return (
    <>
      <div className="page-head">
        <h1>{t("runs")}</h1>
        <div className="acts">
          {tab === "sweeps" && can("runs.start") && <StartRun />}
          {tab === "cleanings" && can("runs.clean") && <StartCleaning />}
          {tab === "imports" && can("imports.start") && (
            <Link to="/imports/new">
              <Button type="primary" icon={<UploadOutlined />}>
                {i("newImport")}
              </Button>
            </Link>
          )}
        </div>
      </div>
      <section className="panel">
        <Tabs
          activeKey={tab}
          onChange={(key) => setUrl({ tab: key, show: undefined })}
          items={tabs.map((key) => ({ key, label: t(key) }))}
          style={{ padding: "0 16px" }}
          tabBarStyle={{ marginBottom: 0 }}
        />
        {tab === "sweeps" && <SweepList />}
        {tab === "cleanings" && <CleaningList />}
        {tab === "handovers" && <HandOverList />}
        {tab === "imports" && <ImportList />}
      </section>
    </>
  );
}
