/** The page before one is signed in: the mark, one card, the language. */
import { GlobalOutlined } from "@ant-design/icons";
import { Button } from "antd";
import type { ReactNode } from "react";

import { setLocale, useLocale } from "../../shared/i18n";

export function Door({ title, sub, children }: { title: string; sub?: string; children: ReactNode }) {
  const locale = useLocale();
  const other = locale === "zh-CN" ? "en-US" : "zh-CN";
  return (
    <div style={{ minHeight: "100vh", display: "grid", placeItems: "center", padding: 16, background: "linear-gradient(180deg, #e8f2f5, #f4f7f8 55%)" }}>
      <div style={{ width: "100%", maxWidth: 392 }}>
        <div className="panel" style={{ padding: "32px 32px 24px" }}>
          <img src="/mark.svg" alt="" width={44} height={44} />
          <h1 style={{ fontSize: 21, fontWeight: 600, margin: "14px 0 4px" }}>{title}</h1>
          {sub && <p className="soft" style={{ marginBottom: 22 }}>{sub}</p>}
          {children}
        </div>
        <div style={{ textAlign: "center", marginTop: 12 }}>
          <Button type="text" size="small" icon={<GlobalOutlined />} onClick={() => setLocale(other)}>
            {other === "zh-CN" ? "中文" : "English"}
          </Button>
        </div>
      </div>
    </div>
  );
}
