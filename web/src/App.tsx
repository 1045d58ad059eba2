/** The outermost parts: one palette for antd, its language, the query store, the router. */
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { App as AntApp, ConfigProvider } from "antd";
import enUS from "antd/locale/en_US";
import zhCN from "antd/locale/zh_CN";
import dayjs from "dayjs";
import "dayjs/locale/zh-cn";
import { useEffect, useMemo } from "react";
import { RouterProvider } from "react-router";

import { Problem } from "./api";
import { router } from "./routes";
import { useLocale } from "./shared/i18n";
import { ME } from "./shared/me";
import { useLessMotion } from "./shared/screen";

/** A session that ended while the page was open: asking who is signed in leads to the sign-in page. */
function signedOut(error: Error): void {
  if (error instanceof Problem && error.status === 401 && client.getQueryData(ME)) void client.invalidateQueries({ queryKey: ME });
}

const client: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: (error, query) => query.queryKey[0] !== ME[0] && signedOut(error) }),
  mutationCache: new MutationCache({ onError: signedOut }),
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // A refusal stays one however often it is asked for; only a broken line is worth another try.
      retry: (count, error) => count < 2 && !(error instanceof Problem && error.status > 0),
    },
  },
});

const THEME = {
  token: {
    colorPrimary: "#0d5c75",
    // The palette made from so dark a colour would be too dark behind text.
    colorPrimaryBg: "#e8f2f5",
    colorPrimaryBgHover: "#d9e9ee",
    colorInfoBg: "#eef6f8",
    colorInfoBorder: "#c3dde5",
    controlItemBgActive: "#e8f2f5",
    controlItemBgActiveHover: "#d9e9ee",
    colorInfo: "#0d5c75",
    colorLink: "#0d5c75",
    colorText: "#1c2b33",
    colorTextSecondary: "#55666f",
    colorTextPlaceholder: "#87969d",
    colorBorderSecondary: "#e3e9ec",
    colorError: "#b3402f",
    colorWarning: "#b7791f",
    colorSuccess: "#2f7d5b",
    colorErrorBg: "#fdf1ee",
    colorErrorBorder: "#efc6bd",
    colorWarningBg: "#fdf6e7",
    colorWarningBorder: "#eed9a8",
    colorSuccessBg: "#eef7f2",
    colorSuccessBorder: "#bfe0cf",
    borderRadius: 8,
    fontSize: 14,
    fontFamily:
      'system-ui, -apple-system, "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif',
  },
  components: {
    Table: { headerBg: "#fafcfc", headerColor: "#55666f", headerSplitColor: "transparent", rowHoverBg: "#f6fafb", rowSelectedBg: "#eef6f8", rowSelectedHoverBg: "#e5f0f4", bodySortBg: "transparent", headerSortActiveBg: "#f1f6f8", headerSortHoverBg: "#f1f6f8" },
  },
};

export function App() {
  const locale = useLocale();
  const chinese = locale === "zh-CN";
  const motion = !useLessMotion();
  const theme = useMemo(() => ({ ...THEME, token: { ...THEME.token, motion } }), [motion]);
  useEffect(() => void dayjs.locale(chinese ? "zh-cn" : "en"), [chinese]);
  return (
    <ConfigProvider locale={chinese ? zhCN : enUS} theme={theme} button={{ autoInsertSpace: false }}>
      <AntApp>
        <QueryClientProvider client={client}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </AntApp>
    </ConfigProvider>
  );
}
