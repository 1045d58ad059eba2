/** Makes the invitation links of all whom an import brought in, and hands them over as a file, this once. */
import { LinkOutlined } from "@ant-design/icons";
import { useMutation } from "@tanstack/react-query";
import { App, Button } from "antd";

import { api, ok, type Import } from "../../api";
import { saveFile } from "../../shared/files";
import { useWords } from "../../shared/i18n";
import { useProblemText } from "../../shared/problems";
import { PEOPLE_WORDS } from "./peopleWords";

export function InviteButton({ one }: { one: Import }) {
  const t = useWords(PEOPLE_WORDS);
  const problem = useProblemText();
  const { message, modal } = App.useApp();
  const n = one.outcome?.to_invite ?? 0;
  const make = useMutation({
    mutationFn: (): Promise<Blob> => ok(api.POST("/api/v1/imports/{import_id}/links", { params: { path: { import_id: one.id } }, parseAs: "blob" })),
    onSuccess: (file) => {
      saveFile(t("inviteFile"), file);
      message.success(t("invited", { n }), 6);
    },
    onError: (error) => void message.error(problem(error), 6),
  });
  if (!n) return null;
  const ask = () =>
    modal.confirm({
      title: t("inviteAsk", { n }),
      content: t("inviteText"),
      okText: t("inviteOk"),
      onOk: () => make.mutateAsync().catch(() => undefined),
    });
  return (
    <Button type="primary" icon={<LinkOutlined />} loading={make.isPending} onClick={ask} data-testid="invite-all">
      {t("invite", { n })}
    </Button>
  );
}
