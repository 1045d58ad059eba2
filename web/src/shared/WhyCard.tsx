/** One card for every "why?": what is the case, because of which facts and rule, and what would change it. */
import { useQuery } from "@tanstack/react-query";
import { Skeleton } from "antd";
import { Link } from "react-router";

import { api, ok, type Why } from "../api";
import { useLocale, useServerWords, useWords, type Pair } from "./i18n";
import { useProblemText } from "./problems";
import { dateTime } from "./time";

const WORDS = {
  because: ["依据", "Because"],
  changes: ["怎样会改变", "What would change it"],
  version: ["公海规则 第 {n} 版", "Pool rules, version {n}"],
  read: ["查看规则", "Read the rules"],
  yes: ["是", "yes"],
  no: ["否", "no"],
} as const satisfies Record<string, Pair>;

type Props = { customerId: string; event?: string; poolId?: string };

export function WhyCard({ customerId, event, poolId }: Props) {
  const problem = useProblemText();
  const query = useQuery({
    queryKey: ["customer", customerId, "why", event ?? null],
    queryFn: () => ok(api.GET("/api/v1/customers/{customer_id}/why", { params: { path: { customer_id: customerId }, query: { event } } })),
    staleTime: 0,
  });
  if (query.isPending) {
    return (
      <div className="why">
        <Skeleton active title={false} paragraph={{ rows: 4 }} />
      </div>
    );
  }
  if (query.isError) return <div className="why soft">{problem(query.error)}</div>;
  return <WhyBody why={query.data} poolId={poolId} />;
}

/** The card's inside, for a why that is at hand already. */
export function WhyBody({ why, poolId }: { why: Why; poolId?: string }) {
  const t = useWords(WORDS);
  const words = useServerWords();
  const zh = useLocale() === "zh-CN";
  const value = (fact: Why["facts"][number]): string => {
    if (typeof fact.value === "boolean") return fact.value ? t("yes") : t("no");
    if (fact.value === null || fact.value === undefined || fact.value === "") return "–";
    if (Array.isArray(fact.value)) return fact.value.join("、");
    if (typeof fact.value === "object" && "zh" in fact.value && "en" in fact.value) return words(fact.value as { zh: string; en: string });
    const text = String(fact.value);
    return /^\d{4}-\d\d-\d\dT\d\d:/.test(text) ? dateTime(text) : text;
  };
  const sentences = zh ? why.sentences.zh : why.sentences.en;
  const changes = zh ? why.changes.zh : why.changes.en;
  return (
    <div className="why" data-testid="why">
      {sentences.map((sentence) => (
        <p className="lead" key={sentence}>
          {sentence}
        </p>
      ))}
      {why.facts.length > 0 && (
        <>
          <h4>{t("because")}</h4>
          <dl>
            {why.facts.map((fact) => [
              <dt key={fact.label.en}>{words(fact.label)}</dt>,
              <dd key={`${fact.label.en}=`} className="num">
                {value(fact)}
              </dd>,
            ])}
          </dl>
        </>
      )}
      {changes.length > 0 && (
        <>
          <h4>{t("changes")}</h4>
          <ul>
            {changes.map((change) => (
              <li key={change}>{change}</li>
            ))}
          </ul>
        </>
      )}
      {why.version !== null && (
        <footer className="row between">
          <span>{t("version", { n: why.version })}</span>
          {poolId && <Link to={`/pools/${poolId}/policy`}>{t("read")}</Link>}
        </footer>
      )}
    </div>
  );
}
