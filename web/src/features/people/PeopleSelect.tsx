/** Chooses several people by name; asks the server as one types. */
import { useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { useState } from "react";

import { api, ok, type Ref } from "../../api";

type Props = { value?: Ref[]; onChange?: (value: Ref[]) => void; id?: string; placeholder?: string };

export function PeopleSelect({ value = [], onChange, id, placeholder }: Props) {
  const [q, setQ] = useState("");
  const people = useQuery({
    queryKey: ["people", "select", q],
    queryFn: () => ok(api.GET("/api/v1/people", { params: { query: { q: q || undefined, state: "active", limit: 50 } } })),
    placeholderData: (before) => before,
  });
  return (
    <Select
      id={id}
      mode="multiple"
      placeholder={placeholder}
      labelInValue
      value={value.map((each) => ({ value: each.id, label: each.name }))}
      onChange={(chosen) => onChange?.(chosen.map((each) => ({ id: each.value, name: String(each.label) })))}
      showSearch={{ filterOption: false, onSearch: setQ }}
      loading={people.isFetching}
      options={people.data?.items.map((person) => ({ value: person.id, label: person.name, where: person.department?.name }))}
      optionRender={(option) => (
        <span className="row between">
          {option.label}
          <span className="muted small">{option.data.where}</span>
        </span>
      )}
    />
  );
}
