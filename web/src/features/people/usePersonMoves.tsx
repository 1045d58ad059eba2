/** New link, deactivate, take back: asked for with what will happen, done, and said with what did happen. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button } from "antd";
import { useNavigate } from "react-router";

import { api, ok, type HandOverPreview, type Person } from "../../api";
import { useWords } from "../../shared/i18n";
import { useProblemText } from "../../shared/problems";
import { leavingQuery } from "../handovers/api";
import { Whole } from "../handovers/Whole";
import { refreshAfterMove } from "../moves/api";
import { getPerson, newLink, refreshPeople } from "./api";
import type { GivenLink } from "./LinkDialog";
import { WORDS } from "./words";

function WhatHappens({ person, preview, onChoose }: { person: Person; preview: HandOverPreview | null; onChoose: () => void }) {
  const t = useWords(WORDS);
  return (
    <>
      {preview && preview.customers > 0 && <p className="soft small" style={{ marginTop: 8 }}>{t("deactivateRule")}</p>}
      {preview && <Whole preview={preview} />}
      <ul style={{ margin: "8px 0 12px", paddingLeft: 18, lineHeight: 1.9 }}>
        {preview?.customers === 0 && <li>{t("deactivateNone")}</li>}
        <li>{t("deactivateOut")}</li>
        {person.leads.length > 0 && <li>{t("deactivateLeads")}</li>}
        <li>{t("deactivateKeep")}</li>
      </ul>
      {person.owned > 0 && (
        <p className="soft small">
          {t("deactivateInstead")}{" "}
          <Button type="link" size="small" onClick={onChoose} data-testid="choose-heirs">
            {t("deactivateChoose")}
          </Button>
        </p>
      )}
    </>
  );
}

export function usePersonMoves(onLink: (given: GivenLink) => void) {
  const t = useWords(WORDS);
  const problem = useProblemText();
  const client = useQueryClient();
  const navigate = useNavigate();
  const { message, modal } = App.useApp();
  const onError = (error: unknown) => void message.error(problem(error), 6);

  const link = useMutation({
    mutationFn: async (person: Person): Promise<GivenLink> => ({ name: person.name, link: await newLink(person.id), again: true }),
    onSuccess: onLink,
    onError,
  });
  const deactivate = useMutation({
    mutationFn: (person: Person) => ok(api.POST("/api/v1/people/{person_id}/deactivate", { params: { path: { person_id: person.id } }, body: {} })),
    onSuccess: ({ handed_over }, person) => {
      message.success(t("deactivated", { name: person.name, n: handed_over }), 6);
      void refreshPeople(client);
      void refreshAfterMove(client);
    },
    onError,
  });
  const reactivate = useMutation({
    mutationFn: async (person: Person): Promise<GivenLink> => {
      await ok(api.POST("/api/v1/people/{person_id}/reactivate", { params: { path: { person_id: person.id } } }));
      return { name: person.name, link: await newLink(person.id) };
    },
    onSuccess: onLink,
    onError,
    onSettled: () => refreshPeople(client),
  });

  const askDeactivate = async (row: Person) => {
    // The list may be minutes old; what the question says about customers must hold now.
    const [person, preview] = await Promise.all([getPerson(row.id).catch(() => row), client.fetchQuery(leavingQuery(row.id)).catch(() => null)]);
    const asked = modal.confirm({
      width: 480,
      title: t("deactivateTitle", { name: person.name }),
      content: <WhatHappens person={person} preview={preview} onChoose={() => (asked.destroy(), void navigate(`/team/${person.id}/hand-over?leaves`))} />,
      okText: person.owned ? t("deactivateOk", { n: person.owned }) : t("deactivateOkNone"),
      cancelText: t("cancel"),
      okButtonProps: { danger: true },
      onOk: () => deactivate.mutateAsync(person).catch(() => undefined),
    });
  };
  const askReactivate = (person: Person) =>
    modal.confirm({
      title: t("reactivateTitle", { name: person.name }),
      content: t("reactivateText"),
      okText: t("reactivate"),
      cancelText: t("cancel"),
      onOk: () => reactivate.mutateAsync(person).catch(() => undefined),
    });
  const handOver = (person: Person) => void navigate(`/team/${person.id}/hand-over`);
  return { handOver, link: (person: Person) => link.mutate(person), deactivate: (person: Person) => void askDeactivate(person), reactivate: askReactivate };
}
