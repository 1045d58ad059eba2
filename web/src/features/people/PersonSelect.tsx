/** Chooses one active person by name; asks the server as one types. */
import { useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { useState } from "react";

import { api, ok, type Ref } from "../../api";

type Props = {
  value?: string;
  onChange?: (value: string) => void;
  id?: string;
  placeholder?: string;
  /** Whom `value` names at first, where that may not be among the first found. */
  known?: Ref;
  allowClear?: boolean;
  /** Only whom the reader manages; all for who sees everything. */
  mine?: boolean;
  style?: React.CSSProperties;
};

export function PersonSelect({ known, mine, ...props }: Props) {
  const [q, setQ] = useState("");
  const people = useQuery({
    queryKey: ["people", "select", q, mine],
    queryFn: () => ok(api.GET("/api/v1/people", { params: { query: { q: q || undefined, state: "active", mine, limit: 50 } } })),
    placeholderData: (before) => before,
  });
  return (
    <Select
      {...props}
      showSearch={{ filterOption: false, onSearch: setQ }}
      loading={people.isFetching}
      options={[
        ...(people.data?.items ?? []).map((person) => ({
          value: person.id,
          label: person.department ? `${person.name} · ${person.department.name}` : person.name,
        })),
        ...(known && !q && !people.data?.items.some((person) => person.id === known.id) ? [{ value: known.id, label: known.name }] : []),
      ]}
    />
  );
}
