/** Grey bars in the place of rows that are on their way. */
import { Skeleton } from "antd";

export function ListSkeleton({ rows = 8 }: { rows?: number }) {
  return (
    <div style={{ padding: 16 }} aria-busy="true">
      {Array.from({ length: rows }, (_, index) => (
        <Skeleton.Input key={index} active block style={{ height: 32, marginBottom: 14 }} />
      ))}
    </div>
  );
}
