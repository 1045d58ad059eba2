/** A pool without rules: ready-made ones for four kinds of company, each with its paragraph; or an empty page. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Checkbox, Skeleton } from "antd";
import { useState } from "react";

import { api, ok, type Pool, type PoolInput } from "../../api";
import { useServerWords, useWords } from "../../shared/i18n";
import { useProblemText } from "../../shared/problems";
import { ErrorState } from "../../shared/States";
import { poolQuery } from "../pools/api";
import { useTemplates } from "./api";
import { EDITOR_WORDS } from "./editorWords";
import { PUBLISH_WORDS } from "./publishWords";
import { blankDocument, type PolicyDocument } from "./rules";
import type { Template } from "./shapes";
import "./start.css";

type Props = { pool: Pool; onBegin: (document: PolicyDocument) => void };

const REST = { zh: EDITOR_WORDS.restName[0], en: EDITOR_WORDS.restName[1] };

export function Start({ pool, onBegin }: Props) {
  const t = useWords(PUBLISH_WORDS);
  const words = useServerWords();
  const problem = useProblemText();
  const client = useQueryClient();
  const { message } = App.useApp();
  const templates = useTemplates();
  const [settings, setSettings] = useState(false);
  const begin = useMutation({
    mutationFn: async (template: Template) => {
      if (!settings) return;
      const params = { path: { pool_id: pool.id }, header: { "If-Match": `"${pool.version}"` } };
      client.setQueryData(poolQuery(pool.id).queryKey, await ok(api.PATCH("/api/v1/pools/{pool_id}", { params, body: template.settings as Partial<PoolInput> })));
    },
    onSuccess: (_, template) => onBegin(template.document),
    onError: (error) => void message.error(problem(error)),
  });
  if (templates.isError) return <ErrorState error={templates.error} retry={() => void templates.refetch()} />;
  return (
    <section className="panel pad">
      <h2 className="start-title">{t("start_title")}</h2>
      <p className="soft" style={{ maxWidth: 720, lineHeight: 1.7, marginBottom: 14 }}>{t("start_text")}</p>
      {!templates.data && <Skeleton active />}
      <div className="templates">
        {templates.data?.map((template) => (
          <div className="template" key={template.code} data-testid="template">
            <b>{words(template.name)}</b>
            <p>{words(template.about)}</p>
            <Button type="primary" ghost loading={begin.isPending && begin.variables?.code === template.code} onClick={() => begin.mutate(template)}>
              {t("start_use")}
            </Button>
          </div>
        ))}
      </div>
      <div className="row wrap between" style={{ marginTop: 14 }}>
        <Checkbox checked={settings} onChange={(event) => setSettings(event.target.checked)}>
          {t("start_settings")}
        </Checkbox>
        <Button onClick={() => onBegin(blankDocument(REST))}>{t("start_blank")}</Button>
      </div>
    </section>
  );
}
