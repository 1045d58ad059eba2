/** Where the cleaning rules of the document are written. */
import { Skeleton } from "antd";
import { lazy, Suspense } from "react";

import type { PolicyDocument } from "./rules";
import type { Fault } from "./shapes";

type Props = { document: PolicyDocument; onChange: (document: PolicyDocument) => void; poolId: string; errors: Fault[] };
const CleaningRules = lazy(() => import("./cleaning/CleaningRules"));

export function CleaningTab(props: Props) {
  return (
    <Suspense fallback={<Skeleton active />}>
      <CleaningRules {...props} />
    </Suspense>
  );
}
