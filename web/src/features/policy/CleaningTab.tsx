/** Where the cleaning rules of the document are written. */
import { Skeleton } from "antd";
import { lazy, Suspense, type ComponentType } from "react";

import { EmptyState } from "../../shared/States";
import { useWords } from "../../shared/i18n";
import { EDITOR_WORDS } from "./editorWords";
import type { PolicyDocument } from "./rules";
import type { Fault } from "./shapes";

type Props = { document: PolicyDocument; onChange: (document: PolicyDocument) => void; poolId: string; errors: Fault[] };
type Module = { default: ComponentType<Props> };

const found = Object.values(import.meta.glob<Module>("./cleaning/CleaningRules.tsx"))[0];
const CleaningRules = found && lazy(found);

export function CleaningTab(props: Props) {
  const t = useWords(EDITOR_WORDS);
  if (!CleaningRules) return <section className="panel"><EmptyState title={t("cleaningSoon")} /></section>;
  return (
    <Suspense fallback={<Skeleton active />}>
      <CleaningRules {...props} />
    </Suspense>
  );
}
