/** What the server says about the document on the screen: its faults, its conditions in words, what it would do. */
import { useMemo, useRef } from "react";

import type { Words } from "../../api";
import { useCheck, usePreview, type Preview } from "./api";
import { graceText, segmentsOf, type PolicyDocument } from "./rules";
import type { Fault, PreviewQuestion } from "./shapes";
import { useSettled } from "./useSettled";

// The check is cheap, the preview reads all customers.
const CHECK_PAUSE = 350;
const PREVIEW_PAUSE = 800;

export type Look = {
  faults: Fault[];
  /** The condition of each row in words, as far as the server has told them. */
  told: (Words | null)[];
  question: PreviewQuestion;
  preview: Preview | undefined;
  /** The document that the preview is of. */
  counted: PolicyDocument;
  /** The preview is that of an earlier document. */
  stale: boolean;
  error: unknown;
};

export function useLook(poolId: string, document: PolicyDocument, graceDays: number | null): Look {
  const filled = segmentsOf(document).length > 0;
  const toCheck = useSettled(document, CHECK_PAUSE);
  const check = useCheck(poolId, toCheck, segmentsOf(toCheck).length > 0);
  const faults = filled ? (check.data?.errors ?? []) : [];

  // A faulty row keeps the server from telling any: what it told of the others before still holds.
  const known = useRef(new Map<string, Words | null>());
  if (check.data && !check.isPlaceholderData) {
    const { rows } = check.data;
    segmentsOf(toCheck).forEach((segment, index) => rows[index] && known.current.set(JSON.stringify(segment.when), rows[index].condition));
  }

  const toPreview = useSettled(document, PREVIEW_PAUSE);
  const grace = useSettled(graceDays, PREVIEW_PAUSE);
  const question = useMemo(() => ({ document: toPreview, grace: graceText(grace) }), [toPreview, grace]);
  const sound = filled && check.data !== undefined && !check.isPlaceholderData && !faults.length && toCheck === document && toPreview === document;
  const preview = usePreview(poolId, sound ? question : null);
  const last = useRef({ preview: preview.data, counted: toPreview });
  if (preview.data && !preview.isPlaceholderData) last.current = { preview: preview.data, counted: toPreview };
  return {
    faults,
    told: segmentsOf(document).map((segment) => known.current.get(JSON.stringify(segment.when)) ?? null),
    question,
    ...last.current,
    stale: !sound || preview.isPlaceholderData || !preview.data || grace !== graceDays,
    error: preview.error,
  };
}
