/** Who works on an owned customer beside its owner: added by the owner or a manager, and leaving by themself. */
import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Form, Modal, Popconfirm, Tooltip } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";

import { api, ok, type Collaborator, type Customer, type Ref } from "../../api";
import { useWords } from "../../shared/i18n";
import { useMe } from "../../shared/me";
import { useProblemText } from "../../shared/problems";
import { dateTime } from "../../shared/time";
import { PeopleSelect } from "../people/PeopleSelect";
import { WORDS } from "./words";

const PATH = "/api/v1/customers/{customer_id}/collaborators";

function AddDialog({ customerId, onClose }: { customerId: string; onClose: () => void }) {
  const t = useWords(WORDS);
  const problem = useProblemText();
  const client = useQueryClient();
  const [people, setPeople] = useState<Ref[]>([]);
  const add = useMutation({
    mutationFn: () => ok(api.POST(PATH, { params: { path: { customer_id: customerId } }, body: { person_ids: people.map((each) => each.id) } })),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ["customer", customerId] });
      onClose();
    },
  });
  return (
    <Modal open width={440} title={t("addCollaborator")} okText={t("add")} okButtonProps={{ disabled: !people.length }} onOk={() => add.mutate()} confirmLoading={add.isPending} onCancel={onClose}>
      {add.isError && <Alert type="error" showIcon title={problem(add.error)} style={{ marginBottom: 16 }} />}
      <p className="muted small" style={{ margin: "0 0 14px", lineHeight: 1.6 }}>{t("collaboratorsHint")}</p>
      <Form layout="vertical">
        <Form.Item label={t("whom")} htmlFor="collaborators">
          <PeopleSelect id="collaborators" value={people} onChange={setPeople} />
        </Form.Item>
      </Form>
    </Modal>
  );
}

export function CollaboratorsBox({ customer }: { customer: Customer }) {
  const t = useWords(WORDS);
  const me = useMe();
  const problem = useProblemText();
  const client = useQueryClient();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const [adding, setAdding] = useState(false);
  const owned = customer.state === "owned";
  const found = useQuery({
    queryKey: ["customer", customer.id, "collaborators"],
    queryFn: () => ok(api.GET(PATH, { params: { path: { customer_id: customer.id } } })),
    enabled: owned,
  });
  const remove = useMutation({
    mutationFn: (person: Collaborator) => ok(api.DELETE(`${PATH}/{person_id}`, { params: { path: { customer_id: customer.id, person_id: person.id } } })),
    onSuccess: async (_, person) => {
      // Whoever leaves needn't see the customer any more.
      if (person.id === me.person.id) await navigate("/customers?scope=shared");
      for (const queryKey of [["customer", customer.id], ["customers"]]) void client.invalidateQueries({ queryKey });
    },
    onError: (error) => message.error(problem(error)),
  });
  const mayShare = customer.allowed.includes("share");
  const people = found.data?.items ?? [];
  if (!owned || (!mayShare && !people.length)) return null;
  return (
    <section className="panel">
      <header>
        <h2>{t("collaborators")}</h2>
        {mayShare && <Button className="acts" type="text" size="small" icon={<PlusOutlined />} onClick={() => setAdding(true)} aria-label={t("addCollaborator")} />}
      </header>
      <div className="body">
        {found.isSuccess && !people.length && <span className="muted">{t("noCollaborators")}</span>}
        {people.map((person) => {
          const leaving = person.id === me.person.id;
          return (
            <div key={person.id} className="row between" style={{ padding: "3px 0", minHeight: 30 }}>
              <Tooltip title={dateTime(person.added_at)}>
                <span>{person.name}</span>
              </Tooltip>
              {(mayShare || (leaving && customer.allowed.includes("leave"))) && (
                <Popconfirm
                  title={leaving ? t("leaveAsk") : t("removeCollaborator", { name: person.name })}
                  okText={leaving ? t("leave") : t("remove")}
                  onConfirm={() => remove.mutate(person)}
                >
                  {leaving ? (
                    <Button type="link" size="small">{t("leave")}</Button>
                  ) : (
                    <Button type="text" size="small" icon={<CloseOutlined />} aria-label={t("removeCollaborator", { name: person.name })} />
                  )}
                </Popconfirm>
              )}
            </div>
          );
        })}
      </div>
      {adding && <AddDialog customerId={customer.id} onClose={() => setAdding(false)} />}
    </section>
  );
}
