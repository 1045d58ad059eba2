/** The list of return reasons: two languages each, in the order in which people choose from them. */
import { ArrowUpOutlined, DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Form, Input } from "antd";

import { useWords } from "../../shared/i18n";
import { FIELD_WORDS } from "./fieldWords";

export function ReasonsInput({ locked }: { locked: boolean }) {
  const f = useWords(FIELD_WORDS);
  const needed = [{ required: true, whitespace: true, message: f("needText") }];
  return (
    <Form.List
      name="return_reasons"
      rules={[{ validator: (_, list: unknown[]) => (list?.length ? Promise.resolve() : Promise.reject(new Error(f("needReason")))) }]}
    >
      {(fields, { add, remove, move }, { errors }) => (
        <div className="reasons">
          {fields.map(({ key, name }, index) => (
            <div className="line" key={key}>
              <Form.Item name={[name, "zh"]} rules={needed}>
                <Input placeholder={f("zh")} maxLength={60} aria-label={f("zh")} />
              </Form.Item>
              <Form.Item name={[name, "en"]} rules={needed}>
                <Input placeholder={f("en")} maxLength={60} aria-label={f("en")} />
              </Form.Item>
              {!locked && (
                <span className="nowrap">
                  <Button type="text" icon={<ArrowUpOutlined />} disabled={index === 0} onClick={() => move(index, index - 1)} aria-label={f("up")} title={f("up")} />
                  <Button type="text" icon={<DeleteOutlined />} onClick={() => remove(name)} aria-label={f("remove")} title={f("remove")} />
                </span>
              )}
            </div>
          ))}
          <Form.ErrorList errors={errors} />
          {!locked && (
            <div>
              <Button icon={<PlusOutlined />} onClick={() => add({ zh: "", en: "" })}>
                {f("addReason")}
              </Button>
            </div>
          )}
        </div>
      )}
    </Form.List>
  );
}
