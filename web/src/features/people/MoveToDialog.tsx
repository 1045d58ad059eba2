/** Moves a person or a department by choosing where: for phones, and for who drags nothing. */
import { Form, Modal } from "antd";

import type { Department, Person } from "../../api";
import { useWords } from "../../shared/i18n";
import { useDepartments } from "./api";
import { ARRANGE_WORDS } from "./arrangeWords";
import { DepartmentSelect } from "./DepartmentSelect";
import type { Arrange } from "./useArrange";
import { WORDS } from "./words";

export type Moved = { person: Person } | { department: Department };

export default function MoveToDialog({ moved, arrange, onClose }: { moved: Moved; arrange: Arrange; onClose: () => void }) {
  const t = useWords(ARRANGE_WORDS);
  const w = useWords(WORDS);
  const departments = useDepartments();
  const [form] = Form.useForm<{ to: string }>();
  const what = "person" in moved ? moved.person : moved.department;
  const at = "person" in moved ? moved.person.department?.id : (moved.department.parent_id ?? undefined);
  const done = ({ to }: { to: string }) => {
    const target = departments.data?.find((each) => each.id === to);
    if (target && to !== at) {
      if ("person" in moved) arrange.person(moved.person, target);
      else arrange.department(moved.department, target);
    }
    onClose();
  };
  return (
    <Modal open width={420} title={t("moveTitle", { name: what.name })} okText={t("move")} cancelText={t("cancel")} onOk={form.submit} onCancel={onClose}>
      <Form form={form} layout="vertical" requiredMark={false} initialValues={{ to: at }} onFinish={done} style={{ marginTop: 12 }}>
        <Form.Item name="to" label={w("department")} rules={[{ required: true, message: w("needDepartment") }]}>
          <DepartmentSelect without={"department" in moved ? what.id : undefined} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
