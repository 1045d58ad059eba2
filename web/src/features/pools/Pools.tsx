/** The pools that the reader sees: how full, by which rules, and the way to their settings. */
import { PlusOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { Link } from "react-router";

import { api, ok, type PoolSummary } from "../../api";
import { DataList } from "../../shared/DataList";
import { useWords } from "../../shared/i18n";
import { useCan } from "../../shared/me";
import { usePages } from "../../shared/pages";
import { EmptyState } from "../../shared/States";
import { EDIT_WORDS } from "./editWords";
import { PoolsCard, usePoolsColumns } from "./poolsColumns";
import { WORDS } from "./words";

export default function Pools() {
  const t = useWords(WORDS);
  const e = useWords(EDIT_WORDS);
  const can = useCan();
  const columns = usePoolsColumns();
  const pages = usePages<PoolSummary>(["pools", "list"], () => ok(api.GET("/api/v1/pools")));
  return (
    <>
      <div className="page-head">
        <h1>{t("poolsTitle")}</h1>
        <span className="sub">{e("listSub")}</span>
        {can("pools.edit") && (
          <div className="acts">
            <Link to="/pools/new">
              <Button type="primary" icon={<PlusOutlined />}>
                {t("newPool")}
              </Button>
            </Link>
          </div>
        )}
      </div>
      <section className="panel">
        <DataList
          columns={columns}
          minWidth={960}
          pages={pages}
          rowKey={(pool) => pool.id}
          card={(pool) => <PoolsCard pool={pool} />}
          empty={<EmptyState title={t("noPools")} text={t("noPoolsText")} />}
        />
      </section>
    </>
  );
}
