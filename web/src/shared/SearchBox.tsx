/** A search field that asks once one stops typing, and never while a Chinese word is still being composed. */
import { SearchOutlined } from "@ant-design/icons";
import { Input } from "antd";
import { useEffect, useRef, useState } from "react";

type Props = { value: string | undefined; onChange: (value: string | undefined) => void; placeholder: string; width?: number | string };

export function SearchBox({ value, onChange, placeholder, width = 240 }: Props) {
  const [text, setText] = useState(value ?? "");
  const composing = useRef(false);
  const sent = useRef(value ?? "");
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    // The address changed from elsewhere (a link, "back"): show what it says.
    if ((value ?? "") !== sent.current) {
      sent.current = value ?? "";
      setText(value ?? "");
    }
  }, [value]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const send = (next: string, wait: number) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      if (composing.current) return;
      sent.current = next.trim();
      onChange(next.trim() || undefined);
    }, wait);
  };
  return (
    <Input
      allowClear
      prefix={<SearchOutlined style={{ color: "var(--ink-3)" }} />}
      placeholder={placeholder}
      value={text}
      style={{ width }}
      onCompositionStart={() => (composing.current = true)}
      onCompositionEnd={(event) => {
        composing.current = false;
        send(event.currentTarget.value, 150);
      }}
      onChange={(event) => {
        setText(event.target.value);
        send(event.target.value, 300);
      }}
      onPressEnter={() => send(text, 0)}
    />
  );
}
