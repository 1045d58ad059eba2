/** A new department, or another name, place or lead for one. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Form, Input, Modal } from "antd";

import { api, ok, Problem, type Department, type Ref } from "../../api";
import { useWords } from "../../shared/i18n";
import { useProblemText } from "../../shared/problems";
import { patchDepartment, refreshPeople, type DepartmentEdit } from "./api";
import { DepartmentSelect } from "./DepartmentSelect";
import { PeopleSelect } from "./PeopleSelect";
import { WORDS } from "./words";

type Values = { name: string; parent_id?: string; leads?: Ref[] };
type Props = { department?: Department; parentId?: string; onClose: () => void };

export default function DepartmentDialog({ department, parentId, onClose }: Props) {
  const t = useWords(WORDS);
  const problem = useProblemText();
  const client = useQueryClient();
  const { message } = App.useApp();
  const [form] = Form.useForm<Values>();
  const root = Boolean(department && !department.parent_id);
  const save = useMutation({
    mutationFn: ({ name, parent_id, leads = [] }: Values) => {
      const lead_ids = leads.map((each) => each.id);
      if (!department) return ok(api.POST("/api/v1/departments", { body: { name, parent_id: parent_id ?? "", lead_ids } }));
      const change: DepartmentEdit = { name, lead_ids };
      if (parent_id && parent_id !== department.parent_id) change.parent_id = parent_id;
      return patchDepartment(department, change);
    },
    onSuccess: (saved) => {
      message.success(department ? t("saved") : t("departmentAdded", { name: saved.name }));
      void refreshPeople(client);
      onClose();
    },
    onError: (error) => {
      if (error instanceof Problem && error.status === 412) void refreshPeople(client);
    },
  });
  return (
    <Modal
      open
      width={460}
      title={department ? t("editDepartment") : t("addDepartment")}
      okText={t("save")}
      cancelText={t("cancel")}
      confirmLoading={save.isPending}
      onOk={form.submit}
      onCancel={onClose}
    >
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        onFinish={save.mutate}
        initialValues={{ name: department?.name, parent_id: department?.parent_id ?? parentId, leads: department?.leads }}
        style={{ marginTop: 12 }}
      >
        {save.isError && <Alert type="error" showIcon title={problem(save.error)} style={{ marginBottom: 16 }} />}
        <Form.Item name="name" label={t("departmentName")} rules={[{ required: true, whitespace: true, message: t("needName") }]}>
          <Input autoFocus maxLength={200} />
        </Form.Item>
        {!root && (
          <Form.Item name="parent_id" label={t("parent")} rules={[{ required: true, message: t("needDepartment") }]}>
            <DepartmentSelect without={department?.id} />
          </Form.Item>
        )}
        <Form.Item name="leads" label={t("leads")} extra={t("leadsHint")}>
          <PeopleSelect />
        </Form.Item>
      </Form>
    </Modal>
  );
}
