/** The rows of the matrix and all that can be done with them; each answers with a whole new document. */
import { useMemo } from "react";

import { useWords } from "../../../shared/i18n";
import { EDITOR_WORDS } from "../editorWords";
import { freeName, inserted, moved, nameOf, segmentsOf, withName, withSegments, type PolicyDocument, type Segment } from "../rules";

export type Rows = {
  segments: Segment[];
  set: (index: number, segment: Segment) => void;
  move: (from: number, to: number) => void;
  add: () => void;
  addRest: () => void;
  duplicate: (index: number) => void;
  remove: (index: number) => void;
};

const REST = { zh: EDITOR_WORDS.restName[0], en: EDITOR_WORDS.restName[1] };
const NEW = { zh: EDITOR_WORDS.newRow[0], en: EDITOR_WORDS.newRow[1] };

export function useRows(document: PolicyDocument, change: (document: PolicyDocument) => void): Rows {
  const segments = useMemo(() => segmentsOf(document), [document]);
  const put = (next: Segment[]) => change(withSegments(document, next));
  return {
    segments,
    set: (index, segment) => put(segments.map((each, at) => (at === index ? segment : each))),
    move: (from, to) => {
      const next = moved(segments, from, to);
      if (next !== segments) put(next);
    },
    add: () => put(inserted(segments, { name: freeName(segments, NEW), timers: {} })),
    addRest: () => put([...segments, { name: freeName(segments, REST), timers: {} }]),
    duplicate: (index) => {
      const row = segments[index];
      if (row) put(inserted(segments, withName(row, freeName(segments, nameOf(row))), index));
    },
    remove: (index) => put(segments.filter((_, at) => at !== index)),
  };
}

/** A row's name as people read it. */
export function useRowName(): (segment: Segment, index: number) => string {
  const t = useWords(EDITOR_WORDS);
  return (segment, index) => {
    const { zh, en } = nameOf(segment);
    const chinese = t("days") === EDITOR_WORDS.days[0];
    return (chinese ? zh || en : en || zh) || `#${index + 1}`;
  };
}
