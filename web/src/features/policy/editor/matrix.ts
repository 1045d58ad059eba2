/** What table and cards of the matrix are drawn from. */
import type { Words } from "../../../api";
import type { PolicyDocument, Segment } from "../rules";
import type { Fault } from "../shapes";
import type { Caught } from "./Cells";
import type { Rows } from "./useRows";

export type MatrixProps = {
  rows: Rows;
  document: PolicyDocument;
  faults: Fault[];
  /** The condition of each row in the server's words. */
  told: (Words | null)[];
  /** What each row catches; undefined where it is not known yet. */
  caught: (Caught | undefined)[];
  /** The counts on the screen are those of an earlier document. */
  stale: boolean;
  /** A row's condition in words before the server has told it. */
  sentence: (segment: Segment) => string;
  onCondition: (index: number) => void;
};
