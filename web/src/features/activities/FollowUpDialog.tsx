/** The composer as a dialog, for a row of a list. */
import { Modal } from "antd";

import { useWords } from "../../shared/i18n";
import type { Named } from "../moves/api";
import { FollowUpForm } from "./FollowUpForm";
import { WORDS } from "./words";

type Props = { customer: Named; onDone?: () => void; onClose: () => void };

export default function FollowUpDialog({ customer, onDone, onClose }: Props) {
  const t = useWords(WORDS);
  const finish = () => {
    onDone?.();
    onClose();
  };
  return (
    <Modal open width={620} title={t("title", { name: customer.name })} footer={null} onCancel={onClose}>
      <FollowUpForm customerId={customer.id} onDone={finish} />
    </Modal>
  );
}
