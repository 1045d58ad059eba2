/** The deputies of one person, for whoever looks after them. */
import { Button, Modal } from "antd";

import type { Ref } from "../../api";
import { useWords } from "../../shared/i18n";
import { Deputies } from "./Deputies";
import { DEPUTY_WORDS } from "./deputyWords";

export default function DeputyDialog({ person, onClose }: { person: Ref; onClose: () => void }) {
  const t = useWords(DEPUTY_WORDS);
  return (
    <Modal open width={480} title={t("title", { name: person.name })} onCancel={onClose} footer={<Button onClick={onClose}>{t("close")}</Button>}>
      <Deputies person={person} />
    </Modal>
  );
}
